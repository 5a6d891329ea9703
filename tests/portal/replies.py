"""How a portal can answer: the ordinary page, or one of the faults that real sites have shown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` None means the page that the portal would serve anyway; `rewrite` then changes its bytes.

    `wait` is seconds before the first byte, `pace` (bytes, seconds) serves the body in pieces with gaps between them;
    `endless` repeats the body without a Content-Length until that many bytes are sent or the client leaves;
    `claims` is a Content-Length that the body does not keep; `reset` drops the connection without an answer.
    """

    status: int = 200
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = HTML
    rewrite: Callable[[bytes], bytes] | None = None
    wait: float = 0.0
    pace: tuple[int, float] | None = None
    endless: int = 0
    claims: int | None = None
    reset: bool = False


ORDINARY = Reply()


def page(body: str | bytes, *, status: int = 200, content_type: str = HTML) -> Reply:
    """A page with the given body."""
    return Reply(status, body.encode() if isinstance(body, str) else body, content_type=content_type)


def too_many_requests(retry_after: int | str | None) -> Reply:
    """429, with Retry-After in seconds or as an HTTP date, or without one."""
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
    return Reply(429, b"Too Many Requests", headers)


def unavailable(retry_after: int | str | None = None) -> Reply:
    """503, as a portal answers at night or under load."""
    headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
    return Reply(503, b"Service Unavailable", headers)


def forbidden() -> Reply:
    """403 from the site's own firewall."""
    return page("<html><head><title>403 Forbidden</title></head><body>Access denied</body></html>", status=403)


def not_found() -> Reply:
    return page("<html><head><title>404</title></head><body>404 Not Found</body></html>", status=404)


def nothing() -> Reply:
    """200 with zero bytes, as the CDN of the national portal answers now and then."""
    return Reply(200, b"")


def challenge() -> Reply:
    """200 with the page that asks a frequent visitor to go away."""
    return page(
        "<!doctype html><html><head><meta charset='utf-8'><title>频繁访问!演示门户</title></head>"
        "<body><div class='wrap'><p>您的访问过于频繁，请稍后再试。</p></div></body></html>"
    )


def captcha() -> Reply:
    """200 with a form that wants a code from a picture."""
    return page(
        "<!doctype html><html><head><meta charset='utf-8'><title>安全验证</title></head><body>"
        "<form action='/verify'>请输入验证码：<input name='code'><img src='/captcha.png'></form></body></html>"
    )


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status, b"", (("Location", location),))


def slow(seconds: float = 0.0, *, piece: int = 0, gap: float = 0.0) -> Reply:
    """The ordinary page, after `seconds`; with `piece`, in pieces of that many bytes, `gap` seconds apart."""
    return Reply(wait=seconds, pace=(piece, gap) if piece else None)


def big(size: int) -> Reply:
    """An HTML page of at least `size` bytes, well formed."""
    line = b"<p>" + b"x" * 120 + b"</p>\n"
    return page(b"<html><head><title>big</title></head><body>" + line * (size // len(line) + 1) + b"</body></html>")


def endless(limit: int, piece: bytes = b"<p>more</p>\n") -> Reply:
    """A body without an end; the portal itself stops at `limit` bytes."""
    return Reply(200, piece, endless=limit)


def reset() -> Reply:
    """The connection is dropped instead of an answer."""
    return Reply(reset=True)


def truncated() -> Reply:
    """The ordinary page cut in half, under a Content-Length that promises all of it."""
    return Reply(rewrite=lambda body: body[: len(body) // 2], claims=10_000_000)


def without_list() -> Reply:
    """The ordinary page after a change of layout: the list has another class."""
    return Reply(rewrite=lambda body: re.sub(rb"c_list_bid|ul_compa", b"new-list-2027", body))


def empty_list() -> Reply:
    """The ordinary list page with its list there, but nothing in it."""
    return Reply(rewrite=lambda body: re.sub(rb"<li>.*</li>", b"", body, flags=re.DOTALL))


def without_title() -> Reply:
    """The ordinary detail page with no title anywhere: no meta, no heading, no <title>."""
    titles = rb'<meta name="ArticleTitle"[^>]*>|<title>.*?</title>|<h2 class="tc">.*?</h2>'
    return Reply(rewrite=lambda body: re.sub(titles, b"", body, flags=re.DOTALL))


def gbk_as(charset: str) -> Reply:
    """The ordinary page in GBK bytes, while header and meta both claim another character set."""

    def as_gbk(body: bytes) -> bytes:
        claimed = re.sub(rb"charset=utf-8", b"charset=" + charset.encode(), body)
        return claimed.decode().encode("gbk", "xmlcharrefreplace")

    return Reply(rewrite=as_gbk, content_type=f"text/html; charset={charset}")


def conditional(reply: Reply, validators: Sequence[str], tag: str, since: str) -> Reply:
    """A page with its ETag and its Last-Modified (a time made of its bytes), or 304 if the asker has this very one."""
    if reply.status != 200 or not reply.body:
        return reply
    digest = sha256(reply.body).hexdigest()
    changed = format_datetime(datetime.fromtimestamp(1_700_000_000 + int(digest[:6], 16), UTC), usegmt=True)
    said = {"ETag": f'"{digest[:16]}"', "Last-Modified": changed}
    headers = tuple((name, value) for name, value in said.items() if name in validators)
    # RFC 9110, 13.2.2: a tag decides, if one is given.
    is_same = tag == said["ETag"] if tag and "ETag" in validators else since == said["Last-Modified"]
    if is_same and (tag or since):
        return Reply(304, b"", headers)
    return replace(reply, headers=(*reply.headers, *headers))
