"""Single cells of a goods table: quantities with their unit, brand and model, and the marks that mean "nothing"."""

import csv
import re
from decimal import Decimal
from importlib.resources import files

from notices.numerals import read_whole

_NOTHING = re.compile(r"^[\s/\\\-—_.…*无]*$|^(?:N/?A|null|none|未提供|不适用|不涉及)$", re.IGNORECASE)
_QUANTITY = re.compile(r"^\D{0,6}?(\d[\d,，]*(?:\.\d+)?)\s*([万亿])?\s*(.*)$", re.DOTALL)
_IN_WORDS = re.compile(r"^([一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾]+)\s*([\u4e00-\u9fff]{0,3})$")


def _brands() -> tuple[str, ...]:
    rows = csv.DictReader(files("notices").joinpath("data", "brands.csv").read_text(encoding="utf-8").splitlines())
    return tuple(sorted((row["brand"] for row in rows), key=len, reverse=True))


_LEADING_BRAND = re.compile(
    rf"^({'|'.join(map(re.escape, _brands()))})(?:\s*[（(][A-Za-z]+[）)])?"
    r"(?:\s+|\s*[/、：:]\s*|(?<=[\u4e00-\u9fff）)])(?=[A-Z0-9]))(\S.*)$"
)


def value_of(cell: str) -> str | None:
    """A cell's words on one line; None for "/", "-", "无" and the like."""
    text = " ".join(cell.split())
    return None if _NOTHING.match(text) else text


def read_quantity(cell: str) -> tuple[Decimal | None, str | None]:
    """(number, unit) of "2台", "1,500 套", "4000万tokens", "一批"; (None, None) where no number stands."""
    text = cell.strip()
    found = _QUANTITY.match(text)
    if found:
        number = Decimal(re.sub(r"[,，]", "", found[1])) * {"万": 10_000, "亿": 100_000_000}.get(found[2] or "", 1)
        number = number.to_integral_value() if number == number.to_integral_value() else number
        unit = re.split(r"[\s,，;；（(。]", found[3].strip(" ()（）/"))[0]
        return number, unit or None
    words = _IN_WORDS.match(text)
    whole = read_whole(words[1]) if words else None
    return (Decimal(whole), words[2] or None) if words and whole else (None, None)


def split_brand(brand: str | None, model: str | None, both: str | None = None) -> tuple[str | None, str | None]:
    """(brand, model) of the cells; one cell that holds both is parted at a mark or behind a known brand's name."""
    if brand or not (model or both):
        return brand, model
    cell = model or both or ""
    labelled = re.match(r"\s*品牌\s*[:：]\s*(.+?)[\s,，;；、/]+(?:规格)?型号\s*[:：]\s*(.+)", cell, re.DOTALL)
    known = _LEADING_BRAND.match(cell)
    parts = labelled or known
    if parts:
        return value_of(parts[1]), value_of(parts[2])
    halves = re.split(r"\s*[/、;；\n]\s*", cell, maxsplit=1) if both and not model else []
    spaced = re.match(r"\s*([\u4e00-\u9fff]{2,8}|[A-Z][A-Za-z]{2,12})\s+(\S*\d.*)$", cell) if len(halves) == 1 else None
    if spaced:
        return spaced[1], value_of(spaced[2])
    if len(halves) == 2 and all(halves):
        return value_of(halves[0]), value_of(halves[1])
    return None, value_of(cell)
