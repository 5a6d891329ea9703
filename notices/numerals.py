"""Numbers in Chinese signs, as amounts are written so that nobody can alter them (壹贰叁 …), and as in plain text."""

import re
from decimal import Decimal

_VALUES = {
    sign: value
    for value, signs in enumerate(
        ("零〇○", "壹一弌", "贰二貳弍两", "叁三參叄", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九")
    )
    for sign in signs
}
_TENS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_SIGNS = "".join((*_VALUES, *_TENS, *_GROUPS))

# 元 or 圆 must stand; the digits may be parted by spaces or line breaks.
IN_WORDS = re.compile(
    rf"(?<![\d.点])(?P<whole>[{''.join(_VALUES)}拾十](?:\s*[{_SIGNS}])*)\s*[元圆圓]"
    rf"(?P<part>(?:\s*[零〇]?\s*[{''.join(_VALUES)}]\s*[角分厘])*)(?:\s*[整正])?"
)


def read_whole(words: str) -> int | None:
    """A whole number in signs (拾伍万零叁佰 → 150300); None if the signs do not form a number."""
    total = group = digit = 0
    last_ten = 10_000
    fresh = False
    for sign in "".join(words.split()):
        if sign in _VALUES:
            if fresh and digit:
                return None
            digit, fresh = _VALUES[sign], True
        elif sign in _TENS:
            if _TENS[sign] >= last_ten:
                return None
            last_ten = _TENS[sign]
            group += (digit if fresh and digit else 1) * last_ten
            digit, fresh = 0, False
        else:
            size = _GROUPS[sign]
            group += digit
            # 万亿 multiplies what stands before; 亿 … 万 adds.
            total = (total + group) * size if size > 10_000 else total + group * size
            group, digit, fresh, last_ten = 0, 0, False, 10_000
    return total + group + digit


def read_amount(match: re.Match[str]) -> Decimal | None:
    """The yuan of a match of IN_WORDS; None if its signs do not form an amount."""
    whole = read_whole(match["whole"])
    if whole is None:
        return None
    amount = Decimal(whole)
    for value, unit in re.findall(r"(\S)\s*([角分厘])", match["part"]):
        amount += Decimal(_VALUES[value]) * {"角": Decimal("0.1"), "分": Decimal("0.01"), "厘": Decimal("0.001")}[unit]
    return amount
