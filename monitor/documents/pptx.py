"""Slides in OOXML (.pptx, new .dps): a text per slide, its notes after it."""

from collections.abc import Iterator, Mapping

from lxml import etree

from monitor.documents import ocr
from monitor.documents.docx import MACROS, read_embedded
from monitor.documents.package import Package
from monitor.documents.pictures import text_of_image
from monitor.documents.reading import NEEDS_OCR, Allowance, Reading, conclude, join_cells, place, span
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
    silent = [
        number
        for number, part in enumerate(slides, 1)
        if part in package and not any(_slide_lines(package, part)) and _has_picture(package.xml(part))
    ]
    missing: list[str] = []
    if silent and not ocr.is_installed():
        missing.append(f"{span(silent).replace('page', 'slide')} without text: pictures {NEEDS_OCR}")
    elif silent:
        texts.extend(_recognized(package, {number: slides[number - 1] for number in silent}, missing))
    texts.extend(read_embedded(package, "ppt/embeddings/", missing))
    macros = any(name.lower().endswith("vbaproject.bin") for name in package.members)
    return conclude("pptx", texts, missing, [MACROS] if macros else [])


def _recognized(package: Package, silent: Mapping[int, str], missing: list[str]) -> Iterator[Text]:
    for number, part in silent.items():
        shown = [name for name in package.relations(part).values() if "/media/" in name and name in package]
        lines = [text_of_image(package.read(name), package.allowance, missing, f"slide {number}") for name in shown]
        yield Text(place(slide=number), "\n".join(filter(None, lines)))


def _has_picture(slide: etree._Element) -> bool:
    return any(local(element) == "blip" for element in slide.iter())


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
