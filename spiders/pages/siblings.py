"""The notices that a portal itself lists beside a notice as belonging to the same project (相关公告, 关联公告)."""

import re
from urllib.parse import urljoin, urlsplit

from notices.encoding import decode
from spiders.pages.dom import parse, text_of

_HEADING = re.compile(
    r"^\W*(?:相关|关联|本项目(?:其他|相关)?|同项目|项目(?:相关|其他))(?:的)?(?:公告|公示|信息公告|采购公告)\W*$"
)
_WORDS = tuple(
    word.encode(encoding) for word in ("相关公", "关联公", "项目公", "项目其他公") for encoding in ("utf-8", "gb18030")
)
_HIGHEST = 3
_BLOCKS = frozenset({"ul", "ol", "dl", "div", "table", "p", "section"})


def read_siblings(body: bytes, url: str, content_type: str | None = None) -> tuple[str, ...]:
    """Their addresses on the same host, each once; nothing of a page without such a list.

    Whether they really are of one procurement is for `notices.procedures` to judge: some portals put recommendations
    there.
    """
    if not any(word in body for word in _WORDS):
        return ()
    root = parse(decode(body, content_type))
    found: dict[str, None] = {}
    for node in root.iter("h1", "h2", "h3", "h4", "h5", "p", "div", "span", "dt", "strong", "b", "li", "td", "th"):
        if len(node) > 2 or "公" not in "".join(node.itertext()) or not _HEADING.match(text_of(node)):
            continue
        for target in _links_below(node, url):
            found.setdefault(target)
    found.pop(url, None)
    return tuple(found)


def _links_below(heading: object, url: str) -> list[str]:
    """The links of the nearest list or block that follows a heading, at its own level or a little above."""
    node = heading
    for _ in range(_HIGHEST):
        for block in node.itersiblings():  # type: ignore[attr-defined]
            if block.tag in _BLOCKS:
                return [target for anchor in block.iter("a") if (target := _target(anchor.get("href") or "", url))]
        node = node.getparent()  # type: ignore[attr-defined]
        if node is None or node.tag in {"body", "html"}:
            break
    return []


def _target(href: str, url: str) -> str | None:
    try:
        target = urljoin(url, href.strip()).partition("#")[0]
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if parts.scheme in {"http", "https"} and parts.netloc == urlsplit(url).netloc else None
