"""What keeps hostile pages and other sites out of the desk: headers, the form's token, where a form came from."""

import hmac
from hashlib import sha256
from secrets import token_urlsafe

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
COOKIE = "desk_form"
SESSION = "desk_session"
# The name over https, under which no other host can set it (RFC 6265bis, 4.1.3.2).
SECURE_SESSION = f"__Host-{SESSION}"
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


# What is handed out as a file, or as the plain text of one, is no page of ours: it may do nothing at all.
HANDED_OUT = "default-src 'none'; sandbox; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"


class SecurityHeaders:
    """ASGI middleware: every response carries HEADERS and is asked for anew before it is shown again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if "content-disposition" in headers:
                    headers["content-security-policy"] = HANDED_OUT
                headers.setdefault("cache-control", "private, no-cache")
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def from_the_desk(headers: Headers) -> bool:
    """Whether a form was sent by a page of this very desk, as far as the browser says where it came from.

    Under our referrer policy a browser's Origin is "null" even for its own pages (Fetch standard, "append a request
    Origin header"): then Sec-Fetch-Site tells, and where that is not sent (plain HTTP beyond loopback) the token.
    """
    host = headers.get("host", "")
    if headers.get("origin", "null") not in {"null", f"http://{host}", f"https://{host}"}:
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


class FormTokens:
    """Tokens for forms: one half in a cookie, the other in the form, joined by a secret of this process.

    The cookie is the session's, so that a login makes every earlier form void; else one made for the purpose. The
    purpose of a token is the path that its form is sent to.
    """

    def __init__(self) -> None:
        self._secret = token_urlsafe(32).encode()

    def cookie(self, request: Request) -> str:
        """The browser's half: the one it has, else a new one."""
        present = request.cookies.get(COOKIE, "")
        return present if 20 <= len(present) <= 100 else token_urlsafe(24)

    def session(self, request: Request) -> str:
        """The token of the browser's session, alive or not; empty if it has none."""
        return request.cookies.get(SECURE_SESSION) or request.cookies.get(SESSION, "")

    def token(self, cookie: str, purpose: str) -> str:
        return hmac.new(self._secret, f"{cookie}\x1f{purpose}".encode(), sha256).hexdigest()

    def fits(self, request: Request, purpose: str, token: str) -> bool:
        cookie = self.session(request) or request.cookies.get(COOKIE, "")
        return bool(cookie) and hmac.compare_digest(self.token(cookie, purpose).encode(), token.encode())
