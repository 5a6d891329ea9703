"""Word documents: .docx, .docm, new .wps, and Word 2003 XML."""

import posixpath
from collections.abc import Iterator

from lxml import etree

from monitor.documents.figures import read_figures
from monitor.documents.package import Package
from monitor.documents.reading import Allowance, NotReadError, Reading, conclude, join_cells, moved, place
from monitor.documents.word_xml import block_lines, first_body
from monitor.documents.xml import attribute, descendants, local, parse_xml
from notices.document import READ, Text

_SIDE_PARTS = ("header", "footer", "footnotes", "endnotes", "comments")
MACROS = "carries macros, which were not run"


def read_docx(data: bytes, allowance: Allowance) -> Reading:
    """The body under "", then headers, footers, notes and comments under "#part=…", then files embedded in it."""
    package = Package(data, allowance)
    main = package.main_part("word/document.xml")
    root = package.xml(main)
    missing: list[str] = []
    texts = [Text("", "\n".join(line for body in first_body(root) for line in block_lines(body)))]
    folder = posixpath.dirname(main)
    for name in package.named(f"{folder}/" if folder else "", ".xml"):
        part = posixpath.basename(name).removesuffix(".xml")
        if part.rstrip("0123456789") in _SIDE_PARTS:
            texts.append(Text(place(part=part), _side_text(package, name, missing)))
    texts.extend(_diagrams(package, f"{folder}/diagrams/data"))
    texts.extend(chart_texts(package, f"{folder}/charts/chart"))
    texts.extend(_chunks(package, main, root, missing))
    texts.extend(read_embedded(package, f"{folder}/embeddings/", missing))
    read_figures(package.figures(f"{folder}/media/"), texts, allowance, missing)
    macros = any(name.lower().endswith("vbaproject.bin") for name in package.members)
    return conclude("docx", _once(texts), missing, [MACROS] if macros else [])


def _side_text(package: Package, name: str, missing: list[str]) -> str:
    try:
        return "\n".join(block_lines(package.xml(name)))
    except NotReadError as error:
        missing.append(f"{name}: {error}")
        return ""


def _diagrams(package: Package, prefix: str) -> Iterator[Text]:
    """The words of diagrams, which Word keeps in parts of their own."""
    for name in package.named(prefix, ".xml"):
        paragraphs = descendants(package.xml(name), "p")
        lines = ("".join(text.text or "" for text in descendants(paragraph, "t")) for paragraph in paragraphs)
        yield Text(place(part=posixpath.basename(name).removesuffix(".xml")), "\n".join(filter(None, lines)))


def chart_texts(package: Package, prefix: str) -> Iterator[Text]:
    """The titles, names and values of charts, which stand in parts of their own (ECMA-376 Part 1, 21.2)."""
    for name in package.named(prefix, ".xml"):
        root = package.xml(name)
        titles = ("".join(text.text or "" for text in descendants(each, "t")) for each in descendants(root, "p"))
        caches = (cache for cache in root.iter() if local(cache) in ("strCache", "numCache"))
        rows = (join_cells(value.text or "" for value in descendants(cache, "v")) for cache in caches)
        lines = dict.fromkeys(filter(None, (" ".join(line.split()) for line in (*titles, *rows))))
        yield Text(place(part=posixpath.basename(name).removesuffix(".xml")), "\n".join(lines))


def _chunks(package: Package, main: str, root: etree._Element, missing: list[str]) -> Iterator[Text]:
    """Whole files that the document takes its text from, often one saved web page (ECMA-376 Part 1, 17.17.2.1)."""
    relations = package.relations(main)
    for chunk in descendants(root, "altChunk"):
        yield from _member_texts(package, relations.get(attribute(chunk, "id"), ""), missing)


def _once(texts: list[Text]) -> list[Text]:
    """Headers and footers repeat from section to section: each wording is kept once, and bare page numbers never."""
    seen: dict[str, Text] = {}
    for text in texts:
        if not text.origin.startswith("#part=") or any(char.isalpha() for char in text.content):
            seen.setdefault(text.content, text)
    return list(seen.values())


def read_embedded(package: Package, folder: str, missing: list[str]) -> list[Text]:
    """The texts of workbooks and documents embedded in an office file; what is not readable is named in `missing`."""
    return [text for name in package.named(folder) for text in _member_texts(package, name, missing)]


def _member_texts(package: Package, name: str, missing: list[str]) -> list[Text]:
    file = posixpath.basename(name)
    reading = package.allowance.read_member(package.read(name), file)
    # An object of unknown kind is an equation or a control; a picture stands for what is inside an object.
    if reading.state != READ and reading.kind not in ("ole", "image"):
        missing.append(f"{file}: {reading.reason}")
    return [moved(file, text) for text in reading.texts]


def read_word_xml(data: bytes) -> Reading:
    """Word 2003 XML (one file) and the flat form of .docx."""
    root: etree._Element = parse_xml(data)
    lines = [line for body in first_body(root) if local(body) for line in block_lines(body)]
    return conclude("xml_word", [Text("", "\n".join(lines))])
