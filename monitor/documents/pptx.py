"""Slides in OOXML (.pptx, new .dps): a text per slide, its notes after it."""

import posixpath
from collections.abc import Iterator
from functools import partial

from lxml import etree

from monitor.documents.docx import MACROS, chart_texts, read_embedded
from monitor.documents.figures import Figure, Figures
from monitor.documents.package import Package
from monitor.documents.reading import Allowance, Reading, conclude, join_cells, place
from monitor.documents.xml import attribute, child, children, local
from notices.document import Text


def read_pptx(data: bytes, allowance: Allowance) -> Reading:
    """Slides in the order of the show under "#slide=N", their notes and diagrams with them."""
    package = Package(data, allowance)
    main = "ppt/presentation.xml"
    relations = package.relations(main)
    order = child(package.xml(main), "sldIdLst")
    slides = [relations.get(_relation_id(slide), "") for slide in (order if order is not None else ())]
    texts = [
        Text(place(slide=number), "\n".join(_slide_lines(package, part)))
        for number, part in enumerate(slides, 1)
        if part in package
    ]
    missing: list[str] = []
    texts.extend(chart_texts(package, "ppt/charts/chart"))
    pictures = Figures(allowance, missing)
    for number, part in enumerate(slides, 1):
        is_silent = part in package and not any(_slide_lines(package, part))
        texts.extend(pictures.read(_figures(package, part, number), among_text=not is_silent))
    pictures.lack(alone=not any(text.content.strip() for text in texts))
    texts.extend(read_embedded(package, "ppt/embeddings/", missing))
    macros = any(name.lower().endswith("vbaproject.bin") for name in package.members)
    return conclude("pptx", texts, missing, [MACROS] if macros else [])


def _figures(package: Package, part: str, number: int) -> Iterator[Figure]:
    """The pictures of a slide, under "#slide=N&part=NAME"."""
    for name in dict.fromkeys(package.relations(part).values()):
        if "/media/" in name and name in package:
            file = posixpath.basename(name)
            yield Figure(place(slide=number, part=file), f"slide {number}, {file}", partial(package.read, name))


def _relation_id(slide: etree._Element) -> str:
    """The r:id of a slide; the plain id beside it is a number of another kind."""
    return next((str(value) for key, value in slide.attrib.items() if str(key).endswith("}id")), "")


def _slide_lines(package: Package, part: str) -> Iterator[str]:
    yield from _lines(package.xml(part))
    for target in package.relations(part).values():
        if "/notesslides/" in f"/{target.lower()}" or "/diagrams/data" in f"/{target.lower()}":
            yield from _lines(package.xml(target))


def _lines(element: etree._Element) -> Iterator[str]:
    """A line per paragraph, a line per table row."""
    for inner in element:
        name = local(inner)
        if name == "tr":
            cells = (" ".join(_lines(cell)) for cell in children(inner, "tc") if attribute(cell, "hMerge") != "1")
            yield from filter(None, [join_cells(cells)])
        elif name == "p":
            text = "".join("\n" if local(run) == "br" else run.text or "" for run in _runs(inner))
            yield from filter(None, (" ".join(line.split()) for line in text.split("\n")))
        elif name and name != "Fallback":
            yield from _lines(inner)


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    return (found for found in paragraph.iter() if local(found) in ("t", "br"))
