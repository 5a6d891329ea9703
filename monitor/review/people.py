"""Who is asking: the one reviewer of a desk without accounts, a person who is logged in, or a program with a key."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from monitor.review.passwords import KEY_BEGINS, Passwords, digest_of, new_secret
from monitor.review.security import SECURE_SESSION, SESSION
from notices.account import ADMIN, Account, Person, Session
from notices.errors import StoreError
from storage import Unit
from storage.sessions import LONGEST

if TYPE_CHECKING:
    from monitor.review.desk import Desk

# A page takes note of its reader only so often: reading must not wait for whoever writes.
SEEN_EVERY = timedelta(minutes=10)
LONGEST_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class People:
    """How the desk tells who asks. Without accounts it is `reviewer`, who may do everything, from this machine only.

    `address` is how readers reach the desk; if it is https, cookies are for https only.
    """

    reviewer: str
    accounts: bool = False
    address: str = ""
    passwords: Passwords = field(default_factory=Passwords)


def who(desk: "Desk", request: Request) -> Person | None:
    """Who asks, with the role that counts now; None if nobody known.

    A request that sends a key is judged by that alone. Read once per request.
    """
    if not hasattr(request.state, "person"):
        request.state.person = _read(desk, request)
    person: Person | None = request.state.person
    return person


def session_of(desk: "Desk", request: Request) -> Session | None:
    """The session that the browser's cookie names, if it is alive."""
    token = request.cookies.get(session_cookie(desk, request))
    if not desk.people.accounts or not token:
        return None
    with desk.store.read() as unit:
        return unit.sessions.get(digest_of(token), desk.clock())


def begin_session(desk: "Desk", request: Request, of: Account) -> str:
    """Logs a person in and returns the new session's token; the browser's former session ends."""
    token, now = new_secret(), desk.clock()
    before = request.cookies.get(session_cookie(desk, request), "")
    with desk.store.begin() as unit:
        if before:
            unit.sessions.end(digest_of(before), of.name, now)
        unit.sessions.begin(digest_of(token), of, address_of(request), now)
    return token


def keep_session(desk: "Desk", request: Request, response: Response, token: str) -> None:
    """Gives the browser its session. SameSite lax, so that a link in an alert finds its reader logged in."""
    response.set_cookie(
        session_cookie(desk, request),
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(desk, request),
        path="/",
    )


def forget_session(desk: "Desk", request: Request, response: Response) -> None:
    name = session_cookie(desk, request)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(desk, request), path="/")


def session_cookie(desk: "Desk", request: Request) -> str:
    """The cookie's name; over https one that no other host can set."""
    return SECURE_SESSION if is_secure(desk, request) else SESSION


def is_secure(desk: "Desk", request: Request) -> bool:
    """Whether the reader's browser speaks https, to the desk or to the proxy before it."""
    if request.url.scheme == "https":
        return True
    address = urlsplit(desk.people.address)
    return address.scheme == "https" and address.hostname == request.url.hostname


def key_sent(request: Request) -> str | None:
    """The key of `Authorization: Bearer KEY`; None if no key is sent.

    A feed reader may send it as the password of Basic, to read only. Any other password is for a proxy that asks for
    one, and nothing to us.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    try:
        password = b64decode(value, validate=True).decode().partition(":")[2] if scheme.lower() == "basic" else ""
    except (NotBase64, UnicodeDecodeError):
        return None
    if not password.startswith(KEY_BEGINS):
        return None
    return password if request.method in {"GET", "HEAD"} else ""


def address_of(request: Request) -> str:
    return request.client.host[:LONGEST_ADDRESS] if request.client else ""


def _read(desk: "Desk", request: Request) -> Person | None:
    secret = key_sent(request)
    if secret is not None:
        return _by_key(desk, request, secret)
    if not desk.people.accounts:
        return Person(desk.people.reviewer, ADMIN)
    session = session_of(desk, request)
    if session is None:
        return None
    now = desk.clock()
    if now - session.seen_at >= SEEN_EVERY:
        _note_later(desk, request, lambda unit: unit.sessions.seen(session.digest, now))
    return session.account.person


def _by_key(desk: "Desk", request: Request, secret: str) -> Person | None:
    now = desk.clock()
    with desk.store.read() as unit:
        key = unit.keys.with_digest(digest_of(secret))
    if key is None:
        return None
    if key.last_used_at is None or now - key.last_used_at >= SEEN_EVERY:
        _note_later(desk, request, lambda unit: unit.keys.used(key.id, now))
    return key.person


def _note_later(desk: "Desk", request: Request, note: Callable[[Unit], None]) -> None:
    """Leaves a note to be taken once the answer is out; one that the busy store does not take is let go."""

    def take() -> None:
        with suppress(StoreError), desk.store.begin() as unit:
            note(unit)

    request.state.note = BackgroundTask(take)
