"""A finding: a notice names, or by its specification implies, a watched item, in one relation."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from notices.money import Money

RELATIONS = (
    "buys", "buys_or_equivalent", "rents", "compatibility", "excluded",
    "existing", "benchmark", "software", "accessory", "past_performance",
)  # fmt: skip
FLAGGED_RELATIONS = frozenset({"buys", "buys_or_equivalent", "rents"})
# What a notice's amount is: what was awarded or contracted, or the budget.
AWARD, BUDGET = "award", "budget"
# What a correction, or a changed page, did to an item.
APPEARED, DISAPPEARED = "appeared", "disappeared"
SEVERITIES = ("critical", "high", "medium", "low", "info")


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many: `value` units of the item (cards, tokens, accounts …), `systems` servers; None where not stated."""

    value: int | float | None = None
    systems: int | None = None
    unit: str = "card"


@dataclass(frozen=True, slots=True)
class Control:
    """An item's status under export controls on one date: what is listed, under which rule, cited how.

    `status`: restricted, licensable, unrestricted, not_controlled, service or unknown_date (no date to judge by).
    `as_of` is YYYY-MM-DD or None; `sentence` is the English sentence that may be shown to readers.
    """

    status: str
    as_of: str | None
    rule: str | None
    citation: str | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: characters [start, end) of the text whose origin is `origin`.

    `confidence` is that of text recognition (0 to 1), None where the characters were given; `row` that of a sheet.
    """

    origin: str
    start: int
    end: int
    quote: str
    confidence: float | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the mentions of one item in one notice amount to. Field meanings are those of the `scan` output.

    `change`: APPEARED where only the corrected wording or a later revision of the page names the item, DISAPPEARED
    where only the wording before or an earlier revision does; "" otherwise. `revision` is the page's revision that the
    place is in, None for the present one. `term` is the watchlist's term that led to it, "" where none did.
    """

    notice: str
    item: str
    label: str
    category: str
    relation: str
    flagged: bool
    basis: str
    severity: str
    place: Place
    control: Control
    quantity: Quantity | None = None
    candidates: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    also: tuple[Place, ...] = ()
    watchlist_version: str = ""
    change: str = ""
    revision: int | None = None
    term: str = ""

    def key(self, source: str) -> str:
        """The finding's lasting identity: it survives a re-crawl and so does a verdict on it."""
        quote = re.sub(r"\s+", "", self.place.quote).casefold()
        gone = ("gone",) if self.revision is not None else ()
        parts = (source, self.notice, self.item, self.relation, quote, *gone)
        return sha256("\x1f".join(parts).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class FindingReport:
    """A finding with the facts of its notice that a reader needs beside it.

    `labels` says which of its parties stands on a list, since when and by which citation; only routing fills it.
    `listed` are the party lists that name one of them, as the store was last told.
    `stated` is the amount in the notice's own currency, `stated_as` what it is: AWARD, BUDGET, or "" where none is.
    """

    key: str
    finding: Finding
    source: str
    url: str
    title: str
    kind: str
    published: str | None
    buyer: str | None
    agency: str | None
    suppliers: tuple[str, ...]
    region: str | None
    amount_cny: float | None
    procedure: str
    verdict: str | None
    capture_sha256: str | None
    unread_documents: tuple[str, ...] = ()
    found_at: datetime | None = None
    labels: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    stated: Money | None = None
    stated_as: str = ""


def finding_row(finding: Finding) -> dict[str, object]:
    """The JSON object of one finding, as `scan --format jsonl` prints it."""
    quantity, control = finding.quantity, finding.control
    return {
        "notice": finding.notice,
        "item": finding.item,
        "label": finding.label,
        "category": finding.category,
        "relation": finding.relation,
        "flagged": finding.flagged,
        "basis": finding.basis,
        "candidates": list(finding.candidates),
        "quantity": quantity and {"value": quantity.value, "systems": quantity.systems, "unit": quantity.unit},
        "control": {
            "status": control.status,
            "as_of": control.as_of,
            "rule": control.rule,
            "citation": control.citation,
        },
        "severity": finding.severity,
        "quote": finding.place.quote,
        "origin": finding.place.origin,
        "start": finding.place.start,
        "end": finding.place.end,
        "row": finding.place.row,
        "ocr_confidence": finding.place.confidence,
        "also": list(map(_place_row, finding.also)),
        "reasons": list(finding.reasons),
        "change": finding.change or None,
        "watchlist_version": finding.watchlist_version,
    }


def _place_row(place: Place) -> dict[str, object]:
    row = {"origin": place.origin, "start": place.start, "end": place.end, "quote": place.quote}
    return row | {"row": place.row, "ocr_confidence": place.confidence}


def report_row(report: FindingReport) -> dict[str, object]:
    """The JSON object of one stored finding, as `findings --format jsonl` and the webhook give it."""
    return finding_row(report.finding) | {
        "finding": report.key,
        "source": report.source,
        "url": report.url,
        "title": report.title,
        "kind": report.kind,
        "published": report.published,
        "buyer": report.buyer,
        "agency": report.agency,
        "suppliers": list(report.suppliers),
        "region": report.region,
        "amount_cny": report.amount_cny,
        "amount_stated": f"{report.stated.amount:.2f} {report.stated.currency}" if report.stated else None,
        "amount_is": report.stated_as or None,
        "procedure": report.procedure,
        "verdict": report.verdict,
        "capture_sha256": report.capture_sha256,
        "unread_documents": list(report.unread_documents),
    }
