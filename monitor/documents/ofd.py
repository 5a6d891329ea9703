"""OFD, the Chinese fixed-layout format (GB/T 33190-2016): a ZIP of XML with placed characters, like PDF."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from lxml import etree

from monitor.documents.figures import Figure, Figures
from monitor.documents.grid import Rule, find_grids
from monitor.documents.layout import Glyph, is_stretched, page_lines
from monitor.documents.package import Package, resolve
from monitor.documents.reading import (
    ENCRYPTED,
    Allowance,
    DamagedError,
    EncryptedError,
    NotReadError,
    Reading,
    conclude,
    moved,
    place,
)
from monitor.documents.xml import attribute, child, children, descendants, local
from notices.document import READ, Text

# The unit is the millimetre; layout reckons in points.
_POINTS = 72 / 25.4
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
_PATH = re.compile(r"([MLSCABQ])([^MLSCABQ]*)")


def read_ofd(data: bytes, allowance: Allowance) -> Reading:
    """Pages under "#page=N", counted through all document bodies; attached files under "#file=NAME"."""
    package = Package(data, allowance)
    if package.named("", "encryptions.xml"):
        raise EncryptedError(ENCRYPTED)
    texts: list[Text] = []
    missing: list[str] = []
    figures = Figures(allowance, missing)
    number = 0
    for body in descendants(package.xml("OFD.xml"), "DocRoot"):
        main = resolve("", (body.text or "").strip())
        root = package.xml(main)
        files = _picture_files(package, root, main)
        for page in descendants(root, "Page"):
            number += 1
            content, pictures = _page(package, root, main, attribute(page, "BaseLoc"), missing)
            texts.append(Text(place(page=number), content))
            shown = [files[each] for each in dict.fromkeys(pictures) if each in files]
            if pictures and not shown and not content.strip():
                missing.append(f"page {number} without text: its picture is not in the file")
            texts.extend(figures.read(_figures(package, shown, number), among_text=bool(content.strip())))
        texts.extend(_attached(package, root, main, missing))
    if not number:
        raise DamagedError("the document has no pages")
    figures.lack(alone=not any(text.content.strip() for text in texts))
    return conclude("ofd", texts, missing)


def _figures(package: Package, files: Sequence[str], number: int) -> Iterator[Figure]:
    """The pictures of a page, under "#page=N&part=NAME"."""
    for file in files:
        name = file.rpartition("/")[2]
        yield Figure(place(page=number, part=name), f"page {number}, {name}", partial(package.read, file))


def _picture_files(package: Package, root: etree._Element, main: str) -> dict[str, str]:
    """Id → part name of the pictures, by the resources that the document lists (7.9)."""
    folder = main.rpartition("/")[0]
    files: dict[str, str] = {}
    for pointer in (*descendants(root, "DocumentRes"), *descendants(root, "PublicRes")):
        listing = resolve(folder, (pointer.text or "").strip())
        if listing not in package:
            continue
        resources = package.xml(listing)
        base = resolve(listing.rpartition("/")[0], attribute(resources, "BaseLoc"))
        for entry in descendants(resources, "MultiMedia"):
            file = resolve(base, "".join(found.text or "" for found in children(entry, "MediaFile")).strip())
            if file in package:
                files[attribute(entry, "ID")] = file
    return files


def _page(package: Package, root: etree._Element, main: str, target: str, missing: list[str]) -> tuple[str, list[str]]:
    """A page's text, its templates and visible annotations included, and the ids of the pictures that it shows."""
    folder = main.rpartition("/")[0]
    part = resolve(folder, target)
    glyphs: list[Glyph] = []
    level: list[Rule] = []
    upright: list[Rule] = []
    pictures: list[str] = []
    try:
        page = package.xml(part)
        layers = [page, *_templates(package, root, folder, page)]
    except NotReadError as error:
        missing.append(f"{part}: {error}")
        return "", []
    for layer in layers:
        for item in layer.iter():
            kind = local(item)
            if kind == "TextObject":
                glyphs.extend(_glyphs(item))
            elif kind == "PathObject":
                _add_rules(item, level, upright)
            elif kind == "ImageObject":
                pictures.append(attribute(item, "ResourceID"))
    width = max((glyph.right for glyph in glyphs), default=0.0)
    return "\n".join(page_lines(in_lines(glyphs), find_grids(level, upright), (0.0, width))), pictures


def _templates(package: Package, root: etree._Element, folder: str, page: etree._Element) -> list[etree._Element]:
    wanted = {attribute(template, "TemplateID") for template in descendants(page, "Template")}
    found = [template for template in descendants(root, "TemplatePage") if attribute(template, "ID") in wanted]
    return [package.xml(resolve(folder, attribute(template, "BaseLoc"))) for template in found]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]


def _number(text: str, otherwise: float) -> float:
    return next(iter(_numbers(text)), otherwise)


def _matrix(item: etree._Element) -> list[float]:
    numbers = _numbers(attribute(item, "CTM"))
    return numbers if len(numbers) == 6 else [1, 0, 0, 1, 0, 0]


def _corner(item: etree._Element) -> list[float]:
    numbers = _numbers(attribute(item, "Boundary"))
    return numbers[:2] if len(numbers) >= 2 else [0, 0]


def _glyphs(item: etree._Element) -> Iterator[Glyph]:
    """The characters of a text object (11.3): each at X, Y plus the deltas before it, from the boundary's corner."""
    size = _number(attribute(item, "Size"), 4)
    matrix, corner = _matrix(item), _corner(item)
    x = y = 0.0
    for code in children(item, "TextCode"):
        x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
        across, down = _deltas(attribute(code, "DeltaX")), _deltas(attribute(code, "DeltaY"))
        dx = dy = 0.0
        for index, char in enumerate(code.text or ""):
            yield _glyph(char, x + dx, y + dy, size, matrix, corner)
            dx += across[index] if index < len(across) else 0.0 if down else _advance(char, size)
            dy += down[index] if index < len(down) else 0.0


def _advance(char: str, size: float) -> float:
    return size if ord(char) > 0x2E7F else size / 2


def _glyph(char: str, x: float, y: float, size: float, matrix: list[float], corner: list[float]) -> Glyph:
    a, b, c, d, e, f = matrix[:6]
    left = (a * x + c * y + e + corner[0]) * _POINTS
    base = -(b * x + d * y + f + corner[1]) * _POINTS
    width, height = _advance(char, size) * (abs(a) or 1) * _POINTS, size * (abs(d) or 1) * _POINTS
    return Glyph(char, left, base - 0.15 * height, left + width, base + 0.85 * height)


def _deltas(text: str) -> list[float]:
    """Distances between characters; "g 3 2.5" stands for three times 2.5."""
    words = text.split()
    distances: list[float] = []
    position = 0
    while position < len(words):
        if words[position] == "g" and position + 2 < len(words) and words[position + 1].isdigit():
            distances.extend([float(words[position + 2])] * min(int(words[position + 1]), 10_000))
            position += 3
        else:
            distances.extend(_numbers(words[position])[:1])
            position += 1
    return distances


def in_lines(glyphs: list[Glyph]) -> Iterator[Glyph]:
    """The characters as they were drawn, with line feeds and gaps put in where the place jumps."""
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None:
            if abs(glyph.middle - before.middle) > 0.6 * max(glyph.height, before.height):
                yield Glyph("\n", 0, 0, 0, 0)
            elif _is_gap(before, glyph):
                yield Glyph(" ", 0, 0, 0, 0)
        yield glyph
        before = glyph if not glyph.char.isspace() else before


def _is_gap(before: Glyph, glyph: Glyph) -> bool:
    return glyph.left - before.right > 0.35 * glyph.height and not is_stretched(before, glyph)


def _add_rules(item: etree._Element, level: list[Rule], upright: list[Rule]) -> None:
    """The straight strokes of a path object (10.3): M and S begin, L draws, C closes."""
    corner, matrix = _corner(item), _matrix(item)
    data = child(item, "AbbreviatedData")
    start = last = (0.0, 0.0)
    for command, rest in _PATH.findall((data.text or "") if data is not None else ""):
        numbers = _numbers(rest)
        point = _place(numbers[-2:], matrix, corner) if len(numbers) >= 2 else start
        if command in "LC":
            _add_rule(last, point, level, upright)
        elif command in "MS":
            start = point
        last = point


def _place(point: list[float], matrix: list[float], corner: list[float]) -> tuple[float, float]:
    a, b, c, d, e, f = matrix[:6]
    x, y = point
    return (a * x + c * y + e + corner[0]) * _POINTS, -(b * x + d * y + f + corner[1]) * _POINTS


def _add_rule(one: tuple[float, float], other: tuple[float, float], level: list[Rule], upright: list[Rule]) -> None:
    (x0, y0), (x1, y1) = one, other
    if abs(y1 - y0) < 1 < abs(x1 - x0):
        level.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x1 - x0) < 1 < abs(y1 - y0):
        upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _attached(package: Package, root: etree._Element, main: str, missing: list[str]) -> Iterator[Text]:
    """Files attached to the document, by its list of attachments (20)."""
    folder = main.rpartition("/")[0]
    for pointer in children(root, "Attachments"):
        target = resolve(folder, (pointer.text or "").strip())
        if target not in package:
            continue
        for entry in descendants(package.xml(target), "Attachment"):
            name = attribute(entry, "Name") or "attachment"
            location = next((found.text or "" for found in children(entry, "FileLoc")), "").strip()
            part = resolve(target.rpartition("/")[0], location)
            if part not in package:
                part = resolve(folder, location)
            reading = package.allowance.read_member(package.read(part), name)
            yield from (moved(name, text) for text in reading.texts)
            if reading.state != READ:
                missing.append(f"{name}: {reading.reason}")
