"""A portal on loopback that speaks the national portal's lists and details and misbehaves as a test asks it to."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import pairwise
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from notices.dates import SHANGHAI
from tests.portal.pages import CHANNELS, LEVELS, PortalNotice, made_up_notices, render_detail, render_list
from tests.portal.replies import HTML, ORDINARY, Reply, conditional, not_found
from tests.portal.transport import PortalHandler, PortalServer

PAGE_SIZE = 20
NEWEST = datetime(2026, 11, 20, 16, 0, tzinfo=SHANGHAI)


@dataclass(slots=True)
class Seen:
    """One request as it arrived. `at`, `done_at`: seconds of time.monotonic(); `active` counts those then open."""

    at: float
    method: str
    path: str
    user_agent: str
    referer: str
    active: int
    status: int | None = None
    done_at: float | None = None
    posted: bytes = b""
    if_none_match: str = ""
    if_modified_since: str = ""
    cookie: str = ""
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    reply: Reply


@dataclass(slots=True)
class _Script:
    once: list[_Rule] = field(default_factory=list)
    always: list[_Rule] = field(default_factory=list)
    after: list[tuple[str, Callable[[], None]]] = field(default_factory=list)


class FaultyPortal:
    """Use as a context manager. Serves `notices`, newest first, 20 to a page; `pages_kept` is the retention boundary.

    Paths in scripts are shell patterns over path and query ("/cggg/dfgg/zbgg/index*.htm"); "/cggg/x/y/" is the same
    page as its index.htm. `robots` is the text of robots.txt; None answers 404, as the real portal does.
    """

    def __init__(
        self,
        notices: Iterable[PortalNotice] = (),
        *,
        robots: str | None = None,
        pages_kept: int = 25,
        host: str = "127.0.0.1",
    ) -> None:
        self.requests: list[Seen] = []
        # What the portal says of its pages' state: "ETag", "Last-Modified", both, or nothing.
        self.validators: tuple[str, ...] = ()
        self.robots = robots
        self.pages_kept = pages_kept
        self._listed = list(notices)
        self._details = {notice.path: notice for notice in self._listed}
        self._script = _Script()
        self._lock = threading.RLock()
        self._arrived = threading.Condition(self._lock)
        self._active = 0
        self._broken: list[BaseException] = []
        self._closing = threading.Event()
        self._host = host

    @classmethod
    def with_notices(
        cls, count: int, channels: Sequence[str] = ("zygg/gkzb", "dfgg/zbgg"), *, robots: str | None = None
    ) -> "FaultyPortal":
        """A portal of `count` ordinary notices, dealt over the channels in turn, an hour apart."""
        return cls(made_up_notices(count, channels, NEWEST), robots=robots)

    def __enter__(self) -> Self:
        self._server = PortalServer((self._host, 0), PortalHandler)
        self._server.portal = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._broken and error is None:
            raise self._broken[0]

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    # What a test tells the portal to do.

    def on(self, pattern: str, *replies: Reply) -> None:
        """The next matching requests get these replies in turn; after that the portal is ordinary again."""
        with self._lock:
            self._script.once += [_Rule(pattern, reply) for reply in replies]

    def always(self, pattern: str, reply: Reply) -> None:
        """Every matching request gets this reply (a later rule wins over an earlier one)."""
        with self._lock:
            self._script.always.insert(0, _Rule(pattern, reply))

    def mend(self) -> None:
        """Forgets all scripted faults."""
        with self._lock:
            self._script = _Script()

    def after(self, pattern: str, action: Callable[[], None]) -> None:
        """Runs `action` once, when the next matching request has its answer: what shifts pages between two visits."""
        with self._lock:
            self._script.after.append((pattern, action))

    def publish(self, *notices: PortalNotice) -> None:
        """Adds notices; with an earlier time than those already seen, they are late posts."""
        with self._lock:
            self._listed += notices
            self._details |= {notice.path: notice for notice in notices}

    def edit(self, notice_id: str, **changes: Any) -> PortalNotice:
        """Changes fields of a notice in place, under the same address unless the time changes; returns the new one."""
        with self._lock:
            old = self.notice(notice_id)
            new = replace(old, **changes)
            self._listed = [new if notice == old else notice for notice in self._listed]
            del self._details[old.path]
            self._details[new.path] = new
            return new

    def delete(self, notice_id: str, *, still_listed: bool = False) -> None:
        """The notice's page answers 404 from now on; it leaves the lists too unless `still_listed`."""
        with self._lock:
            gone = self.notice(notice_id)
            del self._details[gone.path]
            if not still_listed:
                self._listed = [notice for notice in self._listed if notice.id != notice_id]

    def duplicate(self, notice_id: str) -> None:
        """Lists the notice a second time, as a portal does when a page shifts."""
        with self._lock:
            self._listed.append(self.notice(notice_id))

    # What a test asks about the portal.

    @property
    def notices(self) -> tuple[PortalNotice, ...]:
        """All that have a page, newest first."""
        with self._lock:
            return tuple(sorted(self._details.values(), key=_newest_first))

    def notice(self, notice_id: str) -> PortalNotice:
        with self._lock:
            return next(notice for notice in self._listed if notice.id == notice_id)

    def paths(self, pattern: str = "*") -> list[str]:
        """The paths asked for, in order of arrival, that match."""
        with self._lock:
            return [seen.path for seen in self.requests if fnmatchcase(seen.path, pattern)]

    @property
    def gaps(self) -> list[float]:
        """Seconds between the arrivals of consecutive requests."""
        with self._lock:
            times = [seen.at for seen in self.requests]
        return [later - earlier for earlier, later in pairwise(times)]

    @property
    def most_at_once(self) -> int:
        """The largest number of requests that were open together."""
        with self._lock:
            return max((seen.active for seen in self.requests), default=0)

    def wait_for(self, count: int, pattern: str = "*", seconds: float = 300.0) -> bool:
        """Blocks until `count` matching requests have arrived; False if the time ran out."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.paths(pattern)) >= count, timeout=seconds)

    # What the handler threads use.

    def arrive(
        self, method: str, path: str, user_agent: str, referer: str, posted: bytes, headers: Mapping[str, str]
    ) -> tuple[Seen, Reply]:
        with self._arrived:
            self._active += 1
            seen = Seen(time.monotonic(), method, path, user_agent, referer, self._active, posted=posted)
            seen.if_none_match = headers.get("If-None-Match", "")
            seen.if_modified_since = headers.get("If-Modified-Since", "")
            seen.cookie = headers.get("Cookie", "")
            seen.authorization = headers.get("Authorization", "") + headers.get("Proxy-Authorization", "")
            self.requests.append(seen)
            reply = self._filled(path, self._next_reply(path), posted)
            if self.validators:
                reply = conditional(reply, self.validators, seen.if_none_match, seen.if_modified_since)
            due = [entry for entry in self._script.after if fnmatchcase(path, entry[0])]
            self._script.after = [entry for entry in self._script.after if entry not in due]
            for _, action in due:
                action()
            self._arrived.notify_all()
            return seen, reply

    def leave(self, seen: Seen) -> None:
        """The request is over; telling it again changes nothing."""
        with self._lock:
            if seen.done_at is None:
                self._active -= 1
                seen.done_at = time.monotonic()

    def break_down(self, error: BaseException) -> None:
        """Keeps an error of the portal's own code, to be raised when the portal closes."""
        with self._lock:
            self._broken.append(error)

    def pause(self, seconds: float) -> bool:
        """Waits; True if the portal is closing meanwhile."""
        return self._closing.wait(seconds)

    def _next_reply(self, path: str) -> Reply:
        for number, rule in enumerate(self._script.once):
            if fnmatchcase(path, rule.pattern):
                return self._script.once.pop(number).reply
        return next((rule.reply for rule in self._script.always if fnmatchcase(path, rule.pattern)), ORDINARY)

    def _filled(self, path: str, reply: Reply, posted: bytes) -> Reply:
        if reply.body is not None or reply.reset:
            return reply
        ordinary = self._ordinary(path, posted)
        body = ordinary.body or b""
        status = ordinary.status if reply.status == 200 else reply.status
        content_type = ordinary.content_type if reply.content_type == HTML else reply.content_type
        changed = reply.rewrite(body) if reply.rewrite else body
        return replace(reply, status=status, body=changed, content_type=content_type)

    def _ordinary(self, path: str, posted: bytes) -> Reply:
        if path == "/robots.txt":
            return not_found() if self.robots is None else Reply(200, self.robots.encode(), content_type="text/plain")
        if path.startswith("/oss/download?"):
            return self._document(path)
        if path in self._details:
            return Reply(200, render_detail(self._details[path]).encode())
        return self._list_page(urlsplit(path).path)

    def _document(self, path: str) -> Reply:
        documents = (document for notice in self._details.values() for document in notice.documents)
        found = next((document for document in documents if document.path == path), None)
        return Reply(200, found.data, content_type=found.content_type) if found else not_found()

    def _list_page(self, path: str) -> Reply:
        channel, _, name = path.removeprefix("/cggg/").rpartition("/")
        number = _page_number(name)
        listed = sorted((notice for notice in self._listed if notice.channel == channel), key=_newest_first)
        pages = min(max(1, -(-len(listed) // PAGE_SIZE)), self.pages_kept)
        level, _, kind = channel.partition("/")
        if number is None or number >= pages or level not in LEVELS or kind not in CHANNELS:
            return not_found()
        shown = listed[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        return Reply(200, render_list(channel, shown, number, pages).encode())


def _newest_first(notice: PortalNotice) -> tuple[float, str]:
    return -notice.published.timestamp(), notice.id


def _page_number(name: str) -> int | None:
    """Index of a list page by its name: "" and index.htm are 0, index_1.htm is 1."""
    if name in ("", "index.htm"):
        return 0
    digits = name.removeprefix("index_").removesuffix(".htm")
    return int(digits) if digits.isdecimal() and name == f"index_{digits}.htm" else None
