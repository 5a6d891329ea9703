"""The desk's words in English and Chinese, and figures, moments and places as a reader meets them."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from markupsafe import Markup, escape

from alerts.wording import clean, one_line
from monitor.export.web import web_address as web_address
from notices.codelists import NOTICE_KINDS, REGIONS
from notices.dates import SHANGHAI
from notices.errors import UnknownLabelError
from notices.finding import Finding, Quantity
from notices.money import Money

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)
FILES = ("words.toml", "words_export.toml", "words_pages.toml", "words_review.toml")
# Chinese in a row, with its punctuation: "北京", "《办法》（试行）". And words enough to be an English sentence.
_MARKS = "\\u3000-\\u303f\\uff01-\\uff60"
CHINESE_RUN = re.compile(rf"[{_MARKS}]*[\u3400-\u9fff\uf900-\ufaff][{_MARKS}\u3400-\u9fff\uf900-\ufaff]*")
_SENTENCE = re.compile(r"\b[A-Za-z]+ [A-Za-z]+ [A-Za-z]+ [A-Za-z]+")
_PLACE = re.compile(r"(item|document):(\d+)(?:#(.*))?", re.DOTALL)


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    """The tables of all files of words; a word that stands in two of them is a ValueError."""
    tables: dict[str, dict[str, list[str]]] = {}
    for name in FILES:
        read = tomllib.loads(files("monitor.review").joinpath(name).read_text(encoding="utf-8"))
        for table, words in read.items():
            twice = tables.setdefault(table, {}).keys() & words.keys()
            if twice:
                raise ValueError(f"{name}: {min(twice)} of [{table}] stands in another file already")
            tables[table] |= words
    return tables


def codes(table: str) -> tuple[str, ...]:
    """The codes that a table of words.toml has words for, in its order."""
    return tuple(_tables()[table])


@lru_cache(maxsize=4096)
def pair(table: str, code: str) -> tuple[str, str]:
    """A code's English and Chinese words; the code itself, made readable, where there are none."""
    if table == "kind":
        row = NOTICE_KINDS.rows.get(code, {"en": code, "zh": code})
        return row["en"], row["zh"]
    english, chinese = _tables()[table].get(code, (one_line(code).replace("_", " "),) * 2)
    return english, chinese


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `name` puts words to a code, `both` adds the other language's beside them."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """A word of the desk itself; for a `count` of 1 KEY_one, if there is such. KeyError of an unknown key."""
        table = _tables()["ui"]
        if not values:
            return table[key][self._column].format()
        alone = f"{key}_one" if str(values.get("count")) == "1" else key
        words = table.get(alone, table[key])[self._column]
        # What is set as HTML (a moment) stays so, and the other values are escaped beside it.
        is_html = any(isinstance(value, Markup) for value in values.values())
        return (Markup(words) if is_html else words).format(**values)  # noqa: S704 - the desk's own words

    def name(self, table: str, code: str) -> str:
        return pair(table, code)[self._column]

    def both(self, table: str, code: str) -> Markup:
        """The word in the reader's language and, set apart, in the other one."""
        return _both(self.language, *pair(table, code))

    def label(self, key: str) -> Markup:
        """A field's label: the reader's language, in English with the Chinese beside it."""
        return self.both("ui", key) if self.language == ENGLISH else escape(self(key))

    def product(self, finding: Finding) -> str:
        """The product's name, with what a reader must know beside it (see `alerts.wording.product_words`)."""
        notes = [self(f"change_{finding.change}")] if finding.change else []
        if finding.basis == "specification" and finding.item in finding.candidates:
            others = len(finding.candidates) - 1
            notes.append(self("by_parameters_or", count=others) if others else self("by_parameters"))
        label, told = clean(finding.label), ("; " if self.language == ENGLISH else "；").join(notes)
        if not told:
            return label
        return f"{label} ({told})" if self.language == ENGLISH else f"{label}（{told}）"

    def quantity(self, quantity: Quantity | None) -> str | None:
        """ "16 cards in 2 servers" or "16 张（2 台服务器）"; None where the notice states neither."""
        if quantity is None or (quantity.value is None and quantity.systems is None):
            return None
        servers = None if quantity.systems is None else self._counted(quantity.systems, "server")
        if quantity.value is None:
            return servers
        units = self._counted(quantity.value, quantity.unit)
        if servers is None:
            return units
        return f"{units} in {servers}" if self.language == ENGLISH else f"{units}（{servers}）"

    def region(self, text: str) -> str:
        """A region as stored (code or name), a known province in both languages, the reader's first."""
        row = REGIONS.rows.get(text)
        if row is None:
            try:
                row = REGIONS.rows[REGIONS.code_of(text)]
            except UnknownLabelError:
                return one_line(text)
        names = (row["en"], row["zh"])
        return f"{names[self._column]} · {names[1 - self._column]}"

    def place(self, origin: str) -> str:
        """Where a text stands: "document:3#page=14" is "Attachment 3, page 14"."""
        match = _PLACE.fullmatch(origin)
        if not match:
            return {"title": self("title_text"), "body": self("body_text")}.get(origin, one_line(origin))
        kind, number, rest = match.groups()
        words = [self(f"{kind}_text", number=number)]
        for part in filter(None, re.split(r"[&#]", rest or "")):
            name, _, value = part.partition("=")
            known = f"{name}_place" in _tables()["ui"] and value
            words.append(self(f"{name}_place", value=one_line(value)) if known else one_line(part))
        return ", ".join(words) if self.language == ENGLISH else "，".join(words)

    def spoken(self, text: object) -> Markup:
        """Text of others, escaped, with what is in another language than the page marked as such for who hears it."""
        words = escape(shown(text))
        if self.language == ENGLISH:
            return Markup(CHINESE_RUN.sub(r'<span lang="zh-Hans">\g<0></span>', str(words)))  # noqa: S704 - escaped above
        if _SENTENCE.search(words) and not CHINESE_RUN.search(words):
            return Markup('<span lang="en">{}</span>').format(words)
        return words

    def duration(self, took: timedelta) -> str:
        """A span of time in its two largest units: "3 min 20 s" or "3 分 20 秒"."""
        seconds = max(0, int(took.total_seconds()))
        parts = []
        for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            if seconds >= size:
                parts.append(f"{seconds // size} {self.name('span', unit)}")
                seconds %= size
        return " ".join(parts[:2]) or f"0 {self.name('span', 's')}"

    @property
    def _column(self) -> int:
        return LANGUAGES.index(self.language)

    def _counted(self, number: float, unit: str) -> str:
        words = self.name("unit", unit)
        figure = f"{number:,}" if isinstance(number, int) else f"{number:,.2f}".rstrip("0").rstrip(".")
        if self.language == CHINESE:
            return f"{figure} {words}"
        one, _, many = words.partition("|")
        return f"{figure} {one if number == 1 else many or f'{one}s'}"


@lru_cache(maxsize=4096)
def _both(language: str, english: str, chinese: str) -> Markup:
    first, second, tag = (english, chinese, "zh-Hans") if language == ENGLISH else (chinese, english, "en")
    if first == second:
        return escape(first)
    return Markup('{} <span class="alt" lang="{}">{}</span>').format(first, tag, second)


def yuan(amount: float | None) -> str | None:
    """An amount in yuan: 2598000.0 is "¥2,598,000"; None where none is stated."""
    return None if amount is None else f"¥{amount:,.2f}".removesuffix(".00")


def money(amount: Money | None) -> str | None:
    """An amount in its own currency: "¥2,598,000", "250,000 USD"; None where none is stated."""
    if amount is None or amount.currency == "CNY":
        return yuan(None if amount is None else float(amount.amount))
    return f"{amount.amount:,.2f}".removesuffix(".00") + f" {one_line(amount.currency)}"


def moment(at: datetime) -> Markup:
    """A moment in the sites' zone, to the minute, machine-readable beside it."""
    local = at.astimezone(SHANGHAI)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="seconds"), f"{local:%Y-%m-%d %H:%M}"
    )


def day(at: datetime) -> str:
    """A moment's day in the sites' zone, YYYY-MM-DD."""
    return at.astimezone(SHANGHAI).date().isoformat()


def shown(text: object) -> str:
    """Text of others, without the characters that hide or reorder what stands around them."""
    return clean(str(text))
