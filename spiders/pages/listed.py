"""What a list page says: its notices in order, how many pages there are, and where the next one is."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import html

from notices.dates import SHANGHAI, find_moment
from spiders.pages.dom import text_of

_NEXT = re.compile(r"^\W*(?:下一?页|后一页|next(?: page)?)\W*$", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(1[0-2]|0?[1-9])(?!\d)")
_DAY = re.compile(r"(?<![\d.])(3[01]|[12]\d|0?[1-9])(?![\d.])")
_AROUND = re.compile(r"发布|公告|更新|时间|日期|[\d\s\-–/.:：年月日时分秒\[\]()（）【】|]")
_DEAD = re.compile(r"^(?:javascript:|mailto:|tel:|#|about:|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedNotice:
    """A row of a list; `url` is the notice's page, `label` the row's own word for its kind, if it has one."""

    id: str
    url: str
    title: str
    published: datetime | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page. `pages`, `total`: how many pages and notices it says there are, None if it does not say.

    `following`: the next page's address, if only this page knows it. `is_last`: the site says that nothing follows.
    """

    rows: tuple[ListedNotice, ...]
    pages: int | None = None
    total: int | None = None
    following: str | None = None
    is_last: bool = False


def read_rows(
    items: Iterable[html.HtmlElement], url: str, identify: Callable[[str], str | None]
) -> tuple[ListedNotice, ...]:
    """The rows, each id once; of a row's links the one that `identify` gives an id of.

    A row that leads to anything else (a file, another site) has that address as its id, without the own host.
    """
    rows: dict[str, ListedNotice] = {}
    for item in items:
        links = [
            (node, urljoin(url, (node.get("href") or "").strip())) for node in item.iter("a") if not _is_dead(node)
        ]
        anchor, address = next((link for link in links if identify(link[1])), links[0] if links else (None, ""))
        if anchor is None:
            continue
        identity, title = identify(address) or _address_id(address, url), title_of(anchor)
        if identity and title:
            rows.setdefault(identity, ListedNotice(identity, address, title, row_date(item, anchor)))
    return tuple(rows.values())


def title_of(anchor: html.HtmlElement) -> str:
    """A link's whole title: its attribute where the words on the page are cut short, else the words without a date."""
    shown, stated = text_of(anchor), " ".join((anchor.get("title") or "").split())
    heading = next((text_of(node) for node in anchor.iter("h1", "h2", "h3", "h4", "h5") if text_of(node)), "")
    return (
        stated
        or heading
        or re.sub(r"^\W*\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?\W*|\W*\d{4}[-./]\d{1,2}[-./]\d{1,2}\W*$", "", shown)
    )


def row_date(item: html.HtmlElement, anchor: html.HtmlElement) -> datetime | None:
    """The date beside a link, or within it; also one whose day stands apart from its month ("21" over "2026-11").

    A date that stands within other words is not the row's: titles have dates too.
    """
    inside = set(anchor.iter())
    beside: list[str | None] = []
    within: list[str | None] = []
    for node in item.iter():
        if isinstance(node.tag, str):
            (within if node in inside else beside).append(node.text)
        if node is not item:
            (within if node in inside and node is not anchor else beside).append(node.tail)
    for pieces in (beside, within):
        texts = [" ".join(piece.split()) for piece in pieces if piece and piece.strip()]
        for text in texts:
            moment = find_moment(text) if not _AROUND.sub("", text) else None
            if moment:
                return moment
        if parted := _parted([text for text in texts if len(text) <= 12]):
            return parted
    return None


def next_address(root: html.HtmlElement, url: str) -> str | None:
    """The address behind 下页 on the same site; None on the last page, where it is no link."""
    for anchor in root.iter("a"):
        words = text_of(anchor) or (anchor.get("title") or "")
        href = (anchor.get("href") or "").strip()
        if _NEXT.match(words) and not _DEAD.match(href):
            target: str = urljoin(url, href)
            if urlsplit(target).netloc == urlsplit(url).netloc and target != url:
                return target
    return None


def _parted(texts: list[str]) -> datetime | None:
    for number, text in enumerate(texts):
        month = _MONTH.search(text)
        if month is None:
            continue
        near = [
            text[month.end() :],
            text[: month.start()],
            *texts[number + 1 : number + 2],
            *reversed(texts[max(0, number - 1) : number]),
        ]
        day = next((found[1] for part in near if (found := _DAY.search(part))), None)
        if day:
            try:
                return datetime(int(month[1]), int(month[2]), int(day), tzinfo=SHANGHAI)
            except ValueError:
                continue
    return None


def _is_dead(anchor: html.HtmlElement) -> bool:
    return bool(_DEAD.match((anchor.get("href") or "").strip()))


def _address_id(address: str, url: str) -> str | None:
    there, here = urlsplit(address), urlsplit(url)
    if there.scheme not in {"http", "https"}:
        return None
    return address if there.netloc != here.netloc else address.split("#")[0].partition(there.netloc)[2]
