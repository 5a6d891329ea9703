"""A parsed page: found by selector, read as blocks of text."""

import re

from lxml import etree, html

from notices.html_blocks import Block, BlockBuilder

_WITH_ATTRIBUTES = frozenset({"table", "td", "th", "input"})
_READ = ("colspan", "rowspan", "type", "value", "checked", "hidden")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SHOWN_CLASS = re.compile(r"\.([\w\u4e00-\u9fff-]+)\s*\{[^}]*display\s*:\s*(?:block|table|inline|flex)", re.IGNORECASE)


def parse(text: str) -> html.HtmlElement:
    """The root of a page, however broken; text that holds no element at all gives an empty page."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    page = text if "<" in text else f"<html><body>{text}</body></html>"
    try:
        root = html.document_fromstring(page.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:
        root = html.document_fromstring(b"<html></html>")
    _mark_hidden(root)
    return root


def first(root: html.HtmlElement, *paths: str) -> html.HtmlElement | None:
    """The first element that any of the XPaths finds, tried in order."""
    for path in paths:
        found = root.xpath(path)
        if found:
            element: html.HtmlElement = found[0]
            return element
    return None


def has_class(name: str) -> str:
    """The XPath condition that an element has a class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def read_blocks(element: html.HtmlElement, without: tuple[html.HtmlElement, ...] = ()) -> tuple[Block, ...]:
    """The paragraphs and tables of an element, without some of its descendants."""
    builder = BlockBuilder()
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    left_out = set(without)
    for event, node in walk:
        if event == "start":
            if node in left_out:
                walk.skip_subtree()
                continue
            builder.start(node.tag, _attributes(node))
            if node.text:
                builder.data(node.text)
            continue
        if event == "end" and node not in left_out:
            builder.end(node.tag)
        if node.tail and node is not element:
            builder.data(node.tail)
    return builder.close()


def _attributes(node: html.HtmlElement) -> dict[str, str]:
    """The attributes that matter to text; names that are no names (a broken page has them) are never asked for."""
    if node.tag not in _WITH_ATTRIBUTES:
        return {}
    return {name: value for name in _READ if (value := node.get(name)) is not None}


def text_of(element: html.HtmlElement | None) -> str:
    """An element's words on one line; "" for none."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _mark_hidden(root: html.HtmlElement) -> None:
    """Tables that the page does not show get the attribute "hidden"; a style of the page may show a class again."""
    concealed = [node for node in root.xpath("//*[contains(@style, 'display')]") if _HIDDEN.search(node.get("style"))]
    if not concealed:
        return
    shown = set(_SHOWN_CLASS.findall(" ".join(root.xpath("//style/text()"))))
    for node in concealed:
        if not shown & set((node.get("class") or "").split()):
            for table in node.iter("table"):
                table.set("hidden", "hidden")
