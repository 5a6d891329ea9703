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
_LEAST_PICTURE = 2000
_VIEWER = re.compile(r"""showVsbpdfIframe\(\s*["']([^"']+)["']""")
_TITLED = re.compile(r"""["']?title["']?\s*:\s*["']([^"']+)["']""")
_FRESH = "not fetched yet"
_IN_PAGE = "an image in the body: its text is not read"
_FRAMED = "a page or file shown in a frame: it is not fetched yet"


def is_file(url: str) -> bool:
    """Whether an address is a file's, by its ending."""
    return bool(_FILE_NAME.search(unquote(urlsplit(url).path)))


def read_documents(scope: html.HtmlElement, body: html.HtmlElement | None, url: str) -> tuple[Document, ...]:
    """The documents linked in `scope`, then the frames and images of `body`, each URL once, under its best name."""
    found: dict[str, str] = {}
    for anchor in scope.iter("a"):
        target = _resolve(url, _reference(anchor))
        if target:
            name = _name(anchor, target)
            if len(name) > len(found.get(target, "")) or not _FILE_NAME.search(found.get(target, "")):
                found[target] = name if target not in found or _FILE_NAME.search(name) else found[target]
    documents = [Document(target, name) for target, name in found.items()]
    for number, (target, name, reason) in enumerate(_embedded(body, url), start=1):
        if target not in found:
            found[target] = name
            documents.append(Document(target, name or f"image {number}", reason=reason))
    return tuple(documents)


def _reference(anchor: html.HtmlElement) -> str | None:
    """The reference of an attachment, absolute or not; None if the link is none."""
    href = (anchor.get("href") or "").strip()
    if "bizDownload" in (anchor.get("class") or "").split() and anchor.get("id"):
        return f"/oss/download?uuid={anchor.get('id')}"
    if not _DEAD.match(href):
        return href if _linked(anchor, href) else None
    called = _CALL.search(anchor.get("onclick") or "") or _CALL.search(unquote(href))
    if not called:
        return None
    if "/" not in called[1]:
        return f"/oss/download?uuid={called[1]}" if _named(anchor) else None
    return called[1] if _linked(anchor, called[1]) else None


def _resolve(url: str, reference: str | None) -> str | None:
    """The address that a reference means on a page; None if it is none that can be fetched.

    The page's own host keeps the page's own scheme: the sites link the same file as http and as https.
    """
    if not reference:
        return None
    try:
        there, here = urlsplit(urljoin(url, reference)), urlsplit(url)
    except ValueError:
        return None
    if there.scheme not in {"http", "https"} or not there.netloc:
        return None
    return there._replace(scheme=here.scheme).geturl() if there.netloc == here.netloc else there.geturl()


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


def _name(anchor: html.HtmlElement, target: str) -> str:
    shown, title = text_of(anchor), " ".join((anchor.get("title") or anchor.get("download") or "").split())
    if _FILE_NAME.search(title) and not _FILE_NAME.search(shown):
        return title
    return shown or title or unquote(urlsplit(target).path.rsplit("/", 1)[-1]) or target


def _embedded(body: html.HtmlElement | None, url: str) -> list[tuple[str, str, str]]:
    if body is None:
        return []
    viewed = ((_resolve(url, source), name) for source, name in _viewed(body))
    found = [(target, name, _FRESH) for target, name in viewed if target]
    for node in body.iter("iframe", "frame", "embed", "object"):
        source = (node.get("src") or node.get("data") or "").strip()
        target = None if _DEAD.match(source) else _resolve(url, source)
        if target:
            found.append((target, node.get("title") or "framed page", _FRAMED))
    for number, node in enumerate(body.iter("img"), start=1):
        source = (node.get("src") or "").strip()
        if source.startswith("data:image/") and len(source) > _LEAST_PICTURE:
            found.append((f"{url}#image-{number}", f"image {number}", _IN_PAGE))
        target = None if source.startswith("data:") or _is_icon(node, source) else _resolve(url, source)
        if target:
            found.append((target, (node.get("alt") or target.rsplit("/", 1)[-1])[:120], _IN_PAGE))
    return found


def _viewed(body: html.HtmlElement) -> list[tuple[str, str]]:
    """Files that a campus system's viewer shows in the page: webplus names them in `pdfsrc`, VSB in a script's call."""
    found = []
    for node in body.xpath(".//*[@pdfsrc]"):
        stated = _TITLED.search(node.get("sudyfile-attr") or "")
        source = node.get("pdfsrc").strip()
        found.append((source, stated[1] if stated else source.rsplit("/", 1)[-1]))
    for script in body.iter("script"):
        found += [(source, source.rsplit("/", 1)[-1]) for source in _VIEWER.findall(script.text or "")]
    return [(source, name) for source, name in found if not _DEAD.match(source)]


def _is_icon(node: html.HtmlElement, source: str) -> bool:
    """Small pictures of the page's own furniture: icons of file types, bullets, spacers."""
    sizes = [int(size) for size in (node.get("width", ""), node.get("height", "")) if size.strip().isdecimal()]
    return any(size <= 48 for size in sizes) or bool(
        re.search(r"icon|/ico|blank|spacer|fileTypeImages|\.gif", source, re.IGNORECASE)
    )
