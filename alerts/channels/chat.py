"""The chat channel: an alert as short text, split to the service's limit, sent by apprise in a process of its own."""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec

from alerts.channels.settings import ChatChannel
from alerts.message import email_content
from alerts.outcome import DELIVERED, Outcome, permanent, temporary
from notices.alert import Alert
from notices.errors import ConfigurationError

_TRY_AGAIN = (408, 425, 429)


async def chat_alert(alert: Alert, channel: ChatChannel, environment: Mapping[str, str]) -> Outcome:
    """One try. The address goes to the other process by its standard input, so that no list of processes shows it."""
    if find_spec("apprise") is None:
        return temporary("a chat channel needs the extra `chat`: install apprise")
    url = environment.get(channel.url_env, "")
    if not url:
        return temporary(f"the environment variable {channel.url_env} does not hold the service's address; set it")
    try:
        content = email_content(alert, channel.desk_url, channel.templates)
    except ConfigurationError as error:
        return temporary(str(error))
    asked = {"url": url, "title": content.subject, "text": content.text, "allow_private": list(channel.allow_private)}
    return _outcome(await _ask(asked, channel.timeout), channel)


async def _ask(asked: Mapping[str, object], timeout: float) -> dict[str, object]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "alerts.channels.chat_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(timeout):
            said, _ = await child.communicate(json.dumps(asked).encode())
        answer = json.loads(said or b"{}")
    except TimeoutError:
        return {"error": f"no answer within {timeout:g} s"}
    except ValueError:
        return {"error": "the sending process broke off"}
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return answer if isinstance(answer, dict) else {}


def _outcome(answer: Mapping[str, object], channel: ChatChannel) -> Outcome:
    shown = f"the chat service of ${channel.url_env}"
    if answer.get("sent"):
        return DELIVERED
    status = answer.get("status")
    if answer.get("refused"):
        return permanent(f"{shown} is refused: {answer['refused']}")
    if not isinstance(status, int):
        return temporary(f"{shown} cannot be reached: {answer.get('error') or 'no answer came'}")
    if 300 <= status < 400:
        return permanent(f"{shown} answered {status}, a redirect, which is not followed")
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return permanent(f"{shown} answered {status}: it does not accept this alert", gone=status == 410)
    wait = answer.get("retry_after")
    again = timedelta(seconds=int(wait)) if isinstance(wait, str) and wait.isdecimal() and len(wait) < 8 else None
    return temporary(f"{shown} answered {status}", again)
