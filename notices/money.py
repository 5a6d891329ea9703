"""Amounts of money as Chinese notices write them, in yuan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from notices.errors import UnreadableValueError
from notices.numerals import IN_WORDS, read_amount


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in units of `currency` (yuan for CNY), with the words that it was read from."""

    amount: Decimal
    currency: str = "CNY"
    as_written: str = ""


@dataclass(frozen=True, slots=True)
class _Figure:
    """One amount at characters [start, end); `rate`: it is a price per something, or no money at all but a rate."""

    start: int
    end: int
    money: Money
    rate: bool
    in_words: bool = False


_FOLDED = str.maketrans("０１２３４５６７８９．％（）：￥／＄", "0123456789.%():¥/$", "\u200b\ufeff")
_SIZES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_SIZES |= {"亿": 10**8, "億": 10**8, "十亿": 10**9, "百亿": 10**10}
_CURRENCIES = {"美元": "USD", "美金": "USD", "USD": "USD", "US$": "USD", "$": "USD", "欧元": "EUR", "EUR": "EUR"}
_CURRENCIES |= {"日元": "JPY", "日圆": "JPY", "港元": "HKD", "港币": "HKD", "英镑": "GBP", "GBP": "GBP"}
_FOREIGN = "美元|美金|欧元|日元|日圆|港元|港币|英镑|USD|EUR|GBP"
_SIZE = "[十百千]?[万萬亿億]|千|百"
_NUMBER = r"\d{1,3}(?:[,，]\s?\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3}){2,}(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<before>(?:¥|RMB|CNY|人民币|US\$|\$|USD|EUR|GBP)\s*[:：]?\s*)*"
    rf"(?:(?<=RMB)|(?<=CNY)|(?<=USD)|(?<=EUR)|(?<=GBP)|(?<![\d.,A-Za-z_\-])(?<!\d ))(?P<number>{_NUMBER})(?![.,]?\d)"
    rf"(?P<after>\s*[(\[【]?\s*(?:人民币)?\s*个?(?:(?P<size>{_SIZE})\s*(?P<unit>[元圆圓]|{_FOREIGN})"
    rf"|(?P<bare_unit>[元圆圓]|{_FOREIGN})(?![件素器旦])|(?P<bare_size>[万萬亿億])(?![\u4e00-\u9fffA-Za-z])))?"
)
_RATE_WORDS = re.compile(r"[%‰]|百分之|(?:下浮|折扣|优惠|费|税|利|让利|上浮|比|付款)率|[率折]$|折扣|下浮")
_PER = re.compile(r"\s*[)\]】]?\s*整?\s*/\s*(?!年|[(（\[]|\d|$)")
_EACH = re.compile(r"(?:单价(?:合计)?|每[\u4e00-\u9fff]{1,2})\s*[(（]?[元万]?[)）]?\s*[:：为是约]?\s*$")
_RANGE = re.compile(r"\d\s*(?:[-~～—–至到])\s*$")


def read_money(as_written: str, header: str = "") -> Money:
    """The one amount that a cell states, in yuan; `header`: its column's or label's words ("预算金额（万元）").

    The value's own unit wins over the header's, capitals (贰拾万元整) over figures. UnreadableValueError, quoting the
    text: rates and discounts, prices per piece or month, glued numbers, ranges, several amounts, a number too small to
    be yuan where neither the value nor the header names a unit.
    """
    text = as_written.translate(_FOLDED)
    figures = [figure for figure in _figures(text, header) if not figure.rate]
    if is_rate(text, header) or not figures:
        raise UnreadableValueError(f"no amount of money can be read in {as_written[:80]!r} under {header!r}")
    chosen = _principal(text, figures)
    others = {figure.money.amount for figure in figures if not figure.in_words} - {chosen.money.amount}
    if others and not chosen.in_words and "含税" not in text:
        raise UnreadableValueError(f"several amounts stand in {as_written[:80]!r}: none of them is the total")
    if not chosen.in_words and re.search(r"\d\s*[.,]?\s*$", text[: chosen.start]):
        raise UnreadableValueError(f"the numbers in {as_written[:80]!r} are glued together")
    return Money(chosen.money.amount, chosen.money.currency, as_written.strip())


def find_money(text: str, header: str = "") -> Money | None:
    """The first amount with a unit in running text that is neither a rate nor a price per piece; None if there is none.

    A number without a unit counts only if the header names one. Of a pair 不含税 / 含税 the taxed amount is taken.
    """
    folded = text.translate(_FOLDED)
    figures = [figure for figure in _figures(folded, header, bare=False) if not figure.rate]
    return _principal(folded, figures).money if figures else None


def read_unit_price(as_written: str, header: str = "") -> Money:
    """The price of one unit in a goods table: like `read_money`, but "4380", "4380元/台", "6万/台" are prices too."""
    text = re.sub(r"\s*/\s*[\u4e00-\u9fffA-Za-z]+\s*$", "", as_written.translate(_FOLDED))
    if re.fullmatch(_NUMBER, text.strip()) and not _header_unit(header):
        header = "元"
    money = read_money(text, re.sub(r"单价|每[\u4e00-\u9fff]", "", header))
    return Money(money.amount, money.currency, as_written.strip())


def is_rate(as_written: str, header: str = "") -> bool:
    """Whether a value is a rate or a discount ("98%", "下浮率：3") and so no amount of money."""
    text = as_written.translate(_FOLDED)
    if _RATE_WORDS.search(text):
        return True
    if not _RATE_WORDS.search(header.translate(_FOLDED)):
        return False
    # "中标（成交）金额（元）\\（%）：848000.00": the header allows both, the size tells.
    number = re.fullmatch(rf"\s*¥?\s*({_NUMBER})\s*[元圆]?\s*", text)
    return not (number and _header_unit(header) and Decimal(re.sub(r"[,，\s]", "", number[1])) > 100)


def unequal_words(as_written: str, header: str = "") -> Iterator[tuple[str, str]]:
    """Every (amount in capitals, amount in figures beside it) that are not the same to the figures' last digit."""
    text = as_written.translate(_FOLDED)
    figures = sorted(_figures(text, header), key=lambda figure: figure.start)
    for one, other in pairwise(figures):
        if one.in_words == other.in_words or not _BESIDE.fullmatch(text[one.end : other.start]):
            continue
        words, digits = (one, other) if one.in_words else (other, one)
        # "¥ 2 00000" and "262 , 000": what was read is the beginning of a number.
        if re.match(r"\s*[.,，]?\s*\d", text[digits.end :]):
            continue
        if abs(words.money.amount - digits.money.amount) >= _last_digit(digits.money):
            yield words.money.as_written, digits.money.as_written


def _last_digit(money: Money) -> Decimal:
    """What the last written digit of an amount is worth, in yuan: 12.5万元 is exact to 1,000."""
    number = Decimal(re.sub(r"[^\d.]", "", money.as_written))
    size = money.amount / number if number else Decimal(1)
    decimals = len(money.as_written.partition(".")[2].rstrip("元圆万亿 ()（）"))
    return size * Decimal(10) ** -decimals


_BESIDE = re.compile(
    r"[\s()（）:：,，;；、整¥=即]*(?:人民币|RMB)?(?:[(（]?[大小]写[)）]?)?[\s()（）:：¥]*(?:人民币)?[\s¥]*"
)


def _figures(text: str, header: str, *, bare: bool = True) -> Iterator[_Figure]:
    unit = _header_unit(header)
    words = list(IN_WORDS.finditer(text))
    for match in words:
        amount = read_amount(match)
        if amount is not None:
            yield _figure(text, match, Money(amount, "CNY", match[0]), in_words=True)
    for match in _AMOUNT.finditer(text):
        money = _money(match, unit, bare=bare)
        if money and not any(word.start() <= match.start("number") < word.end() for word in words):
            yield _figure(text, match, money)


def _figure(text: str, match: re.Match[str], money: Money, *, in_words: bool = False) -> _Figure:
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 8]
    rate = bool(_PER.match(after) or _EACH.search(before) or _RANGE.search(before))
    rate = rate or bool(re.match(r"\s*%|\s*[-~～—–至到]\s*\d", after)) or bool(_RATE_WORDS.search(before[-6:]))
    return _Figure(match.start(), match.end(), money, rate, in_words)


def _money(match: re.Match[str], header_unit: str, *, bare: bool) -> Money | None:
    """None where neither the number, nor its currency sign, nor the header makes it money."""
    amount = Decimal(re.sub(r"[,，\s]", "", match["number"]))
    size = match["size"] or match["bare_size"]
    unit = match["unit"] or match["bare_unit"] or ""
    sign = (match["before"] or "").strip(" :：\n")
    if size is None and not unit:
        if not header_unit and not sign and not (bare and _plainly_yuan(match["number"], amount)):
            return None
        size = header_unit.rstrip("元") if header_unit != "元" else ""
    currency = _CURRENCIES.get(unit) or _CURRENCIES.get(sign) or "CNY"
    return Money(_plain(amount * _SIZES[size or ""]), currency, match[0].strip())


def _plainly_yuan(number: str, amount: Decimal) -> bool:
    """Whether a number without any unit can only be yuan: nobody states 万元 to the cent, or by the thousand."""
    return amount >= 1000 or bool(re.search(r"\.\d\d$", number))


def _header_unit(header: str) -> str:
    """The unit that a header names: "万元", "元" …; "" if none."""
    found = re.search(
        rf"({_SIZE})\s*[元圆]|[(:：/、\s]?\s*([元圆])(?![件素器旦])|[(]\s*([万亿])\s*[)]", header.translate(_FOLDED)
    )
    if not found:
        return ""
    return f"{found[1] or found[3] or ''}元"


def _principal(text: str, figures: list[_Figure]) -> _Figure:
    """Of all amounts the first; its capitals if they stand beside it; the taxed one if it gives both."""
    plain = [figure for figure in figures if not text[: figure.start].endswith("不含税")]
    taxed = [figure for figure in figures if re.search(r"(?<!不)含税[^\d,，;；。]{0,12}$", text[: figure.start])]
    ordered = sorted(taxed or plain or figures, key=lambda figure: figure.start)
    first = ordered[0]
    for other in ordered[1:]:
        between = text[first.end : other.start]
        if other.in_words and re.fullmatch(
            r"[\s()（）:：,，;；、整¥]*(?:人民币)?(?:\(?大写\)?)?[\s()（）:：¥]*(?:人民币)?", between
        ):
            return other
    return first


def _plain(amount: Decimal) -> Decimal:
    """Without an exponent and without trailing zeros."""
    whole = amount.to_integral_value()
    return whole if whole == amount else Decimal(format(amount.normalize(), "f"))
