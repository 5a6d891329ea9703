"""Serving the review desk: a socket bound first, so that a taken address is one sentence, then uvicorn until Ctrl-C."""

import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import uvicorn

from monitor.config import Desk
from notices.errors import ConfigurationError

Application = Callable[[Any, Any, Any], Awaitable[None]]


def bind(desk: Desk) -> socket.socket:
    """A socket on the desk's address (port 0: any free one); ConfigurationError if it is taken."""
    # asyncio sends at once (TCP_NODELAY) only where the socket names TCP itself; otherwise each answer waits 40 ms.
    family = socket.AF_INET6 if ":" in desk.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((desk.host, desk.port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"the desk cannot listen on {desk.host}:{desk.port} ({error.strerror}): set [desk] port to another"
        ) from error
    return listening


def serve(application: Application, listening: socket.socket, proxies: Sequence[str] = ()) -> None:
    """Answers until SIGINT or SIGTERM; what is being answered is finished first.

    What `proxies` say of a request (X-Forwarded-For, X-Forwarded-Proto) is believed, what others say is not.
    """
    # uvicorn raises the signal that ended it once more; as an exception it lets the caller finish what it does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
    server = uvicorn.Server(config)
    try:
        # What is there by now stays: looking for garbage among it again and again would halt some pages for 80 ms.
        gc.collect()
        gc.freeze()
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
