"""XML from strangers: parsed without entities, document types or network, and walked by local names."""

import io
from collections.abc import Iterator

from lxml import etree

from monitor.documents.reading import DamagedError, RefusedError

_DECLARED = "its XML declares entities or a document type, which are not expanded"
_CODES = ("ascii", "utf-16-le", "utf-16-be")
_DECLARATIONS = tuple(word.encode(code) for word in ("<!ENTITY", "<!DOCTYPE") for code in _CODES)


def parse_xml(data: bytes) -> etree._Element:
    """The root element; RefusedError for a document type or entity, DamagedError for broken XML."""
    if any(word in data for word in _DECLARATIONS):
        raise RefusedError(_DECLARED)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fault(error) from error
    if root is None:
        raise DamagedError("its XML is empty")
    return root


def stream_xml(source: io.BufferedReader, name: str) -> Iterator[etree._Element]:
    """Elements of this local name, each complete, then emptied: memory stays flat however long the part."""
    if any(word in source.peek() for word in _DECLARATIONS):
        raise RefusedError(_DECLARED)
    events = etree.iterparse(
        source,
        tag=f"{{*}}{name}",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            if element.getroottree().docinfo.doctype:
                raise RefusedError(_DECLARED)
            yield element
            _empty(element)
    except etree.XMLSyntaxError as error:
        raise _fault(error) from error


def _fault(error: Exception) -> Exception:
    """What a parser's error means: libxml2 reports a failed allocation as an unknown error."""
    if isinstance(error, etree.XMLSyntaxError) and str(error).startswith("unknown error"):
        return MemoryError()
    return DamagedError(f"its XML is broken ({error})")


def _empty(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(element: etree._Element) -> str:
    """The name without its namespace (transitional and strict OOXML differ there); "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child) == name)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (found for found in element.iter() if local(found) == name)


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return default
