"""What serves the desk: its socket."""

import socket

from monitor.config import Desk
from monitor.serving import bind


def test_the_desks_answers_are_sent_at_once() -> None:
    # asyncio switches the wait for more to send (40 ms on a kept connection) off for what names TCP as its protocol.
    with bind(Desk.model_construct(port=0)) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.proto == socket.IPPROTO_TCP
