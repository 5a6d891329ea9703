"""The process that speaks to a chat service: every address that it connects to is checked, no redirect is followed."""

import json
import socket
import sys
from collections.abc import Collection
from typing import Any

import apprise
import requests

from alerts.channels.parts import parts_of
from alerts.http import is_public


class _Seen:
    """What the guards saw: the last answer, and why an address was refused."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.retry_after: str | None = None
        self.refused: str | None = None


def main() -> None:
    """Reads {"url", "title", "text", "allow_private"}, writes {"sent", "status", "retry_after", "refused", "error"}."""
    asked = json.load(sys.stdin)
    seen = _Seen()
    _guard(seen, frozenset(asked["allow_private"]))
    sent, error = _send(asked)
    answer = {"sent": sent, "error": error, "status": seen.status, "retry_after": seen.retry_after}
    json.dump(answer | {"refused": seen.refused}, sys.stdout)


def _send(asked: dict[str, str]) -> tuple[bool, str | None]:
    asset = apprise.AppriseAsset(http_redirects=False, async_mode=False)
    service = apprise.Apprise.instantiate(asked["url"], asset=asset, suppress_exceptions=True)
    if not service:
        return False, "the address is not one that apprise knows"
    limit = service.body_maxlen - (service.title_maxlen + 2 if service.overflow_amalgamate_title else 0)
    if service.title_maxlen <= 0:
        limit -= len(asked["title"]) + 2
    parts = parts_of(asked["text"], max(limit, 100))
    for number, part in enumerate(parts, start=1):
        count = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        title = asked["title"][: max(0, (service.title_maxlen or 200) - len(count))] + count
        if not service.notify(title=title, body=part, body_format=apprise.NotifyFormat.TEXT):
            return False, f"part {number} of {len(parts)} was not taken"
    return True, None


def _guard(seen: _Seen, allow_private: Collection[str]) -> None:
    """Checks every name at the moment it is resolved to be connected to, and keeps every answer's status."""
    resolve, send = socket.getaddrinfo, requests.Session.send

    def resolved(host: Any, *rest: Any, **named: Any) -> Any:
        found = resolve(host, *rest, **named)
        name = host.decode() if isinstance(host, bytes) else str(host)
        for entry in found:
            address = str(entry[4][0])
            if name.lower().strip("[]") not in allow_private and not is_public(address):
                seen.refused = f"{name} resolves to {address}, which is not a public address"
                raise OSError(seen.refused)
        return found

    def sent(session: requests.Session, request: requests.PreparedRequest, **named: Any) -> requests.Response:
        named["allow_redirects"] = False
        named["proxies"] = {}
        answer = send(session, request, **named)
        seen.status, seen.retry_after = answer.status_code, answer.headers.get("retry-after")
        return answer

    socket.getaddrinfo = resolved
    requests.Session.send = sent  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    main()
