"""Reads an article page of a content management system: title, date, body and files, where its template has them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import html

from notices.dates import find_moment
from notices.document import Document
from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, parse, read_blocks, text_of
from spiders.pages.facts import with_facts
from spiders.pages.links import read_documents

_WITHHELD = re.compile(
    r"您?无权访问|(?:仅限|只限|限|请)(?:在|使用)?(?:校内|校园网)(?:用户|网)?[^。<]{0,8}访问|校外(?:用户)?(?:无法|不能|禁止)访问"
)
_HOLDERS = frozenset({"div", "section", "article", "main", "form", "table", "tbody", "tr", "td", "center"})
# A page with fewer characters than this has no article that could be told from its frame.
FEWEST_WORDS = 40
_ELLIPSIS = re.compile(r"(?:…|\.{3})\s*$")


@dataclass(frozen=True, slots=True)
class Template:
    """Where a system puts an article's parts: XPaths to elements or attributes, tried in order.

    Without a `body`, the body is where most of the page's words are. `files`: what also may link attachments;
    `without`: parts of the body that are none of its text.
    """

    body: tuple[str, ...]
    title: tuple[str, ...]
    published: tuple[str, ...]
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a notice before its page is read: `title` is the list's, "" if it has none."""

    source: str
    id: str
    url: str
    label: str
    title: str = ""


def read_article(page: bytes, template: Template, asked: Asked, content_type: str | None = None) -> Notice:
    """The notice of a page; UnreadablePageError names what is missing: the body, a title, or anything in the body."""
    root = parse(decode(page, content_type))
    content = first(root, *template.body) if template.body else densest(root)
    if content is None:
        reason = refusal_in(page, 200) or "the layout may have changed"
        raise UnreadablePageError(f"{asked.url}: no body was found on the page ({template.body[:1]}); {reason}")
    title = title_in(root, template.title, asked.title)
    if not title:
        raise UnreadablePageError(f"{asked.url}: the page has no title; the layout may have changed")
    bare = Notice(
        asked.source, asked.id, asked.url, title, "other", moment_in(root, template.published), label=asked.label
    )
    without = tuple(node for path in template.without for node in content.xpath(path))
    notice = with_facts(bare, read_blocks(content, without))
    documents = files_in(root, content, template.files, asked.url)
    if not notice.text and not documents:
        raise UnreadablePageError(f"{asked.url}: the body of the page is empty")
    return notice.with_documents(documents)


def is_withheld(page: bytes, content_type: str | None = None) -> bool:
    """Whether a short page says that only visitors on the campus may see the article."""
    root = parse(decode(page, content_type))
    words = text_of(first(root, "//body"))
    return len(words) < 400 and bool(_WITHHELD.search(words))


def title_in(root: html.HtmlElement, paths: Iterable[str], listed: str) -> str:
    """The page's title; the list's where the page has none, or only a shorter one."""
    stated = next((found for path in paths for found in _values(root, path) if found), "")
    if stated and not _ELLIPSIS.search(stated):
        return stated
    return listed or stated or text_of(first(root, "//title"))


def moment_in(root: html.HtmlElement, paths: Iterable[str]) -> datetime | None:
    """The first moment that any of the places states."""
    found = (find_moment(value) for path in paths for value in _values(root, path))
    return next((moment for moment in found if moment), None)


def files_in(root: html.HtmlElement, content: html.HtmlElement, paths: Iterable[str], url: str) -> tuple[Document, ...]:
    """The files linked or shown in the body, then those that the template lists beside it, each once."""
    found = {document.url: document for document in read_documents(content, content, url)}
    for path in paths:
        for scope in root.xpath(path):
            for document in read_documents(scope, None, url):
                found.setdefault(document.url, document)
    return tuple(found.values())


def densest(root: html.HtmlElement) -> html.HtmlElement | None:
    """The innermost element that still holds four fifths of the words that are no links; None if there are few."""
    node = first(root, "//body")
    while node is not None:
        least = _words(node) * 0.8
        inner = next((child for child in node if child.tag in _HOLDERS and _words(child) >= least), None)
        if inner is None:
            break
        node = inner
    return node if node is not None and _words(node) >= FEWEST_WORDS else None


def _words(element: html.HtmlElement) -> int:
    texts = element.xpath(".//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::select)]")
    return sum(len("".join(text.split())) for text in texts)


def _values(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(node.split()) if isinstance(node, str) else text_of(node) for node in root.xpath(path)]
