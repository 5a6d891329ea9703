"""The English of alerts: relations, statuses, quantities, amounts and places as a reader meets them."""

import re
import unicodedata
from functools import lru_cache

from notices.codelists import NOTICE_KINDS, REGIONS
from notices.finding import APPEARED, AWARD, BUDGET, DISAPPEARED, Finding, FindingReport, Place, Quantity

RELATIONS_IN_ENGLISH = {
    "buys": "What the notice procures",
    "buys_or_equivalent": "Floor, reference or equivalent of what the notice procures",
    "rents": "Rented or subscribed: compute, cloud service, account or tokens for a fee",
    "compatibility": "Named only as something to be compatible with",
    "excluded": "Named as not acceptable",
    "existing": "Already owned: base of an expansion, maintenance or repair",
    "benchmark": "Named only for comparison",
    "software": "Software, driver or licence for it; no hardware bought",
    "accessory": "Accessory for it",
    "past_performance": "Named in a track-record, news or reason clause",
}
BASES_IN_ENGLISH = {
    "named": "the product is named",
    "system": "a server model that carries it is named",
    "specification": "inferred from the specification; the product is not named",
    "vendor": "the vendor is named, the model is not",
}
STATUSES_IN_ENGLISH = {
    "restricted": "listed as restricted",
    "licensable": "listed as licensable (case by case, or after notification)",
    "unrestricted": "not restricted on that date",
    "not_controlled": "not listed as controlled",
    "service": "cloud or AI service: of policy interest, not an export under the rules on that date",
    "unknown_date": "no publication date to judge by",
}

CHANGES_IN_ENGLISH = {APPEARED: "brought in", DISAPPEARED: "taken out"}
AMOUNTS_IN_ENGLISH = {AWARD: "awarded or contracted", BUDGET: "budget"}

# Characters that reorder or hide what is shown around them (Unicode UAX 9; the tags, fillers and marks of annotation
# and of music that are never seen), and those that no text needs.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_WORD_BREAK = re.compile(r"[\s\-/()（）,、]+")
# Words of labels that stand in any quote, so that marking them would tell nothing.
_TELLS_NOTHING = frozenset({
    "accelerator", "and", "as", "below", "by", "cards", "center", "china", "cloud", "compute", "data", "gpu",
    "implied", "model", "named", "network", "not", "of", "offshore", "older", "ones", "or", "other", "parameter",
    "plus", "products", "provider", "rented", "rows", "services", "spec", "sys", "system", "the", "unnamed",
    "unspecified", "unstated", "versions", "watched", "web",
})  # fmt: skip
_PLACE = re.compile(r"(item|document):(\d+)(?:#(.*))?")


def clean(text: str) -> str:
    """A text without control, direction-changing and unpaired surrogate characters; line ends become newlines."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int = 0) -> str:
    """A clean text on one line; a limit in characters cuts it with an ellipsis."""
    line = " ".join(clean(re.sub(r"[\s\u2028\u2029\x85]+", " ", text)).split())
    return line if not limit or len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def folded(text: str) -> str:
    """A name made comparable: full width as half width, no spaces, no case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def region_code(text: str) -> str | None:
    """The code of the province that a code, an English or a Chinese name means, or begins with; None if unknown."""
    wanted = folded(text)
    for code, row in REGIONS.rows.items():
        if wanted in (code, folded(row["en"])) or (wanted[:2] == code[:2] and re.fullmatch(r"\d{6}", wanted)):
            return code
    labels = sorted(REGIONS.by_label, key=len, reverse=True)
    return next((REGIONS.by_label[label] for label in labels if wanted.startswith(folded(label))), None)


def region_words(text: str) -> str:
    """A region as given, with its English name where it is a known province: "Beijing (北京市)"."""
    code = region_code(text)
    if code is None:
        return one_line(text)
    shown = REGIONS.value(code, "zh") if text.strip().isdigit() else one_line(text)
    english = REGIONS.value(code, "en")
    return english if folded(shown) == folded(english) else f"{english} ({shown})"


def stage_words(kind: str) -> str:
    """A notice kind in English and Chinese: "Award · 中标（成交）结果公告"; an unknown one as it is."""
    row = NOTICE_KINDS.rows.get(kind)
    return f"{row['en']} · {row['zh']}" if row else one_line(kind)


def stage_english(kind: str) -> str:
    row = NOTICE_KINDS.rows.get(kind)
    return row["en"] if row else one_line(kind)


def quantity_words(quantity: Quantity | None) -> str | None:
    """ "16 cards in 2 servers", "2 servers, number of cards not stated", "40,000,000 tokens"; None if not stated."""
    if quantity is None or (quantity.value is None and quantity.systems is None):
        return None
    servers = None if quantity.systems is None else _counted(quantity.systems, "server")
    if quantity.value is None:
        return f"{servers}, number of {quantity.unit}s not stated"
    return _counted(quantity.value, quantity.unit) + (f" in {servers}" if servers else "")


def amount_words(yuan: float | None) -> str | None:
    """An amount in yuan with its unit: "CNY 2,805,000 (280.5 万元)"; None if not stated."""
    if yuan is None:
        return None
    exact = f"CNY {yuan:,.2f}".removesuffix(".00")
    if yuan >= 1e8:
        return f"{exact} ({_trimmed(yuan / 1e8)} 亿元)"
    return f"{exact} ({_trimmed(yuan / 1e4)} 万元)" if yuan >= 1e4 else exact


def product_words(finding: Finding) -> str:
    """The product's name, with what a reader must know beside it.

    That a correction or a changed page took it out or brought it in; that only its parameters imply it, and how many
    others fit them.
    """
    notes = [CHANGES_IN_ENGLISH[finding.change]] if finding.change in CHANGES_IN_ENGLISH else []
    if finding.basis == "specification" and finding.item in finding.candidates:
        others = len(finding.candidates) - 1
        rest = f", or {others} {'other' if others == 1 else 'others'}" if others else ""
        notes.append(f"not named, by parameters{rest}")
    label = one_line(finding.label)
    return f"{label} ({'; '.join(notes)})" if notes else label


def relation_words(finding: Finding) -> str:
    """What the notice has to do with the product; of one that was taken out, what it had."""
    words = RELATIONS_IN_ENGLISH.get(finding.relation, finding.relation)
    gone = finding.change == DISAPPEARED
    return f"Only in the wording before a correction, or in an earlier page: {words}" if gone else words


def report_amount(report: FindingReport) -> str | None:
    """A notice's amount with what it is: "CNY 2,805,000 (280.5 万元), budget"; None if not stated in any currency."""
    stated = report.stated
    words = amount_words(report.amount_cny)
    if words is None and stated is not None:
        words = one_line(f"{stated.currency} {stated.amount:,.2f}".removesuffix(".00"))
    return f"{words}, {AMOUNTS_IN_ENGLISH[report.stated_as]}" if words and report.stated_as else words


def place_words(place: Place) -> str:
    """Where a quote stands: "attachment 3, page 14 (read by OCR, confidence 0.94: compare it with the scan)"."""
    words = _origin_words(place.origin) + (f", row {place.row}" if place.row else "")
    if place.confidence is None:
        return words
    return f"{words} (read by OCR, confidence {place.confidence:.2f}: compare it with the scan)"


def _origin_words(origin: str) -> str:
    match = _PLACE.fullmatch(origin)
    if not match:
        return {"title": "title", "body": "text of the notice"}.get(origin, one_line(origin))
    kind, number, rest = match.groups()
    words = [f"{'attachment' if kind == 'document' else 'item row'} {number}"]
    words += [part.replace("=", " ", 1) for part in (rest or "").split("&") if part]
    return one_line(", ".join(words))


def control_words(finding: Finding) -> str:
    """The control status as a sentence for readers; says what is listed, never what is lawful."""
    control = finding.control
    words = STATUSES_IN_ENGLISH.get(control.status, control.status.replace("_", " "))
    return one_line(control.sentence) or f"{words[:1].upper()}{words[1:]}"


def status_words(finding: Finding) -> str:
    """The control status with its date, citation and rule: "restricted · as of 2024-03-05 · 87 FR 62186 · rule …"."""
    control = finding.control
    parts = (
        control.status.replace("_", " "),
        control.as_of and f"as of {control.as_of}",
        control.citation,
        control.rule and f"rule {control.rule}",
    )
    return one_line(" · ".join(part for part in parts if part))


def highlighted(finding: Finding) -> tuple[tuple[str, bool], ...]:
    """The quote in pieces, each with whether it is what matched: the words of the item's name, else the whole quote."""
    quote = clean(finding.place.quote)
    spans = [match.span() for match in _name_pattern(finding.label, finding.item).finditer(quote)]
    return _pieces(quote, _joined(quote, spans) or [(0, len(quote))])


def shortened(pieces: tuple[tuple[str, bool], ...], limit: int) -> tuple[tuple[str, bool], ...]:
    """A marked quote of at most about `limit` characters around its first mark; "…" stands for what is left out."""
    if sum(len(text) for text, _ in pieces) <= limit:
        return pieces
    before = pieces[0][0] if not pieces[0][1] else ""
    skipped = max(0, len(before) - limit // 3)
    kept: list[tuple[str, bool]] = [("…", False)] if skipped else []
    left = limit
    for number, (text, marked) in enumerate(pieces):
        shown = (text[skipped:] if number == 0 else text)[:left]
        kept.append((shown, marked))
        left -= len(shown)
        if left <= 0:
            break
    return (*kept, ("…", False))


@lru_cache(maxsize=1024)
def _name_pattern(label: str, item: str) -> re.Pattern[str]:
    """Finds an item's whole label, or any telling word of its label or id."""
    whole = [word for word in _WORD_BREAK.split(label) if word]
    words = {word for word in _WORD_BREAK.split(f"{label} {item}") if len(word) > 1}
    telling = sorted(
        (word for word in words if word.lower() not in _TELLS_NOTHING), key=lambda word: (-len(word), word)
    )
    patterns = [_bounded(words) for words in (whole, *([word] for word in telling)) if words]
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)


def _bounded(words: list[str]) -> str:
    """Words that do not run on in their own kind: H20 is not in H200, but 4090 is in RTX4090 and H800 in "H 800"."""
    loose = [r"[\s_-]?".join(map(re.escape, re.findall(r"\d+|[A-Za-z]+|[^A-Za-z\d]", word))) for word in words]
    before, after = (r"\d" if edge.isdigit() else "[A-Za-z]" for edge in (words[0][0], words[-1][-1]))
    return f"(?<!{before})" + r"[\s/_-]*".join(loose) + f"(?!{after})"


def _joined(quote: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with only spaces or hyphens between them become one: "NVIDIA H100" is one mark, not two."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not quote[joined[-1][1] : start].strip(" -_/"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _pieces(quote: str, spans: list[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [(quote[at:start], False), (quote[start:end], True)]
        at = end
    pieces.append((quote[at:], False))
    return tuple(piece for piece in pieces if piece[0])


def _counted(number: float, unit: str) -> str:
    return f"{_trimmed(number)} {unit}{'' if number == 1 else 's'}"


def _trimmed(number: float) -> str:
    return f"{number:,.4f}".rstrip("0").rstrip(".")
