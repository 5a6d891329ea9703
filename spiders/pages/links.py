"""The attachments that a notice page links, in every form that the sites use; ordinary links are none."""

import re
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

from notices.document import Document
from spiders.pages.dom import text_of

_ENDINGS = (
    r"\.(?:pdf|docx?|wps|xlsx?|et|pptx?|zip|rar|7z|tar|gz|ofd|txt|csv|rtf|jpe?g|png|tiff?|bmp|dwg|ceb|gef|"
    r"[a-z]{1,6}zb|zbs?|zcz?bj)"
)
_FILE_NAME = re.compile(rf"{_ENDINGS}$", re.IGNORECASE)
_FILE_PATH = re.compile(rf"{_ENDINGS}(?:$|[?&#])", re.IGNORECASE)
_DOWNLOAD = re.compile(
    r"oss/download|gpx-public-file|accessCode=|down(?:load)?(?:file|attach|temporary|[/?.=]|$)|attach(?:ment)?(?:file)?[/?=]|/(?:file|upload)s?/|fileId=|uuid=",
    re.IGNORECASE,
)
_CALL = re.compile(r"""['"]((?:https?:)?/[^'"\s]+|[0-9A-Fa-f-]{24,40})['"]""")
_DEAD = re.compile(r"^(?:javascript:|mailto:|tel:|#|about:|$)", re.IGNORECASE)
_IN_PAGE = "an image in the body: its text is not read"
_FRAMED = "a page or file shown in a frame: it is not fetched yet"


def read_documents(scope: html.HtmlElement, body: html.HtmlElement | None, url: str) -> tuple[Document, ...]:
    """The documents linked in `scope`, then the frames and images of `body`, each URL once, under its best name."""
    found: dict[str, str] = {}
    for anchor in scope.iter("a"):
        target = _target(anchor, url)
        if target:
            target = _same_scheme(target, url)
            name = _name(anchor, target)
            if len(name) > len(found.get(target, "")) or not _FILE_NAME.search(found.get(target, "")):
                found[target] = name if target not in found or _FILE_NAME.search(name) else found[target]
    documents = [Document(target, name) for target, name in found.items()]
    for number, (target, name, reason) in enumerate(_embedded(body, url), start=1):
        if target not in found:
            found[target] = name
            documents.append(Document(target, name or f"image {number}", reason=reason))
    return tuple(documents)


def _target(anchor: html.HtmlElement, url: str) -> str | None:
    """The address of an attachment; None if the link is none."""
    href = (anchor.get("href") or "").strip()
    if "bizDownload" in (anchor.get("class") or "").split() and anchor.get("id"):
        return str(urljoin(url, f"/oss/download?uuid={anchor.get('id')}"))
    if _DEAD.match(href):
        called = _CALL.search(anchor.get("onclick") or "") or _CALL.search(unquote(href))
        if not called:
            return None
        if "/" not in called[1]:
            return urljoin(url, f"/oss/download?uuid={called[1]}") if _named(anchor) else None
        href = called[1]
    target: str = urljoin(url, href)
    return target if _linked(anchor, href) and _fetchable(target) else None


def _same_scheme(target: str, url: str) -> str:
    """The page's own host under the page's own scheme: the sites link the same file as http and as https."""
    there, here = urlsplit(target), urlsplit(url)
    return there._replace(scheme=here.scheme).geturl() if there.netloc == here.netloc else target


def _linked(anchor: html.HtmlElement, href: str) -> bool:
    path = unquote(href)
    return bool(
        _FILE_PATH.search(path)
        or _DOWNLOAD.search(path)
        or _named(anchor)
        or anchor.get("ignore") == "1"
        or "gm-download" in (anchor.get("class") or "") + " ".join(anchor.attrib)
        or any("fjxx" in (node.get("class") or "") for node in anchor.iterancestors("ul", "p", "div"))
    )


def _named(anchor: html.HtmlElement) -> bool:
    return bool(_FILE_NAME.search(text_of(anchor)) or _FILE_NAME.search((anchor.get("title") or "").strip()))


def _fetchable(target: str) -> bool:
    return urlsplit(target).scheme in {"http", "https"}


def _name(anchor: html.HtmlElement, target: str) -> str:
    shown, title = text_of(anchor), " ".join((anchor.get("title") or anchor.get("download") or "").split())
    if _FILE_NAME.search(title) and not _FILE_NAME.search(shown):
        return title
    return shown or title or unquote(urlsplit(target).path.rsplit("/", 1)[-1]) or target


def _embedded(body: html.HtmlElement | None, url: str) -> list[tuple[str, str, str]]:
    if body is None:
        return []
    found: list[tuple[str, str, str]] = []
    for node in body.iter("iframe", "frame", "embed", "object"):
        source = (node.get("src") or node.get("data") or "").strip()
        if source and not _DEAD.match(source) and _fetchable(urljoin(url, source)):
            found.append((urljoin(url, source), node.get("title") or "framed page", _FRAMED))
    for number, node in enumerate(body.iter("img"), start=1):
        source = (node.get("src") or "").strip()
        if source.startswith("data:image/") and len(source) > 2000:
            found.append((f"{url}#image-{number}", f"image {number}", _IN_PAGE))
        elif source and not source.startswith("data:") and not _is_icon(node, source):
            target = urljoin(url, source)
            if _fetchable(target):
                found.append((target, (node.get("alt") or target.rsplit("/", 1)[-1])[:120], _IN_PAGE))
    return found


def _is_icon(node: html.HtmlElement, source: str) -> bool:
    """Small pictures of the page's own furniture: icons of file types, bullets, spacers."""
    sizes = [int(size) for size in (node.get("width", ""), node.get("height", "")) if size.strip().isdecimal()]
    return any(size <= 48 for size in sizes) or bool(
        re.search(r"icon|/ico|blank|spacer|fileTypeImages|\.gif", source, re.IGNORECASE)
    )
