"""The columns of exports: one table that writes the files and their reference page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notices.finding import FindingReport, report_row
from notices.record import notice_row
from notices.review import Note
from storage.notices import StoredNotice

Row = Mapping[str, object]
# A cell of a workbook is a text, a number, a yes or no, a day, a moment, a web address, a list of texts, or JSON.
TEXT, NUMBER, YES_NO, DAY, MOMENT, ADDRESS, LIST, DATA = (
    "text", "number", "yes or no", "day", "moment", "address", "list", "data",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `path` leads to its value in a row ("control.status"), and is the name where it is left empty."""

    name: str
    kind: str
    meaning: str
    path: str = ""

    def read(self, row: Row) -> object:
        """The column's value in a row; None where the row has none."""
        value: object = row
        for part in (self.path or self.name).split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


# In the order of the CSV: the fields of `findings --format jsonl`, then the parts of those that are objects.
FINDINGS = (
    Column("notice", TEXT, "the site's own id of the notice"),
    Column("item", TEXT, "id of the watched item"),
    Column("label", TEXT, "the item's name"),
    Column("category", TEXT, "gpu, gpu_server, us_cloud, us_ai, offshore_compute or domestic"),
    Column("relation", TEXT, "what the notice does with the item: buys, rents, compatibility …"),
    Column("flagged", YES_NO, "whether the relation and the item make it one to review"),
    Column("basis", TEXT, "named, system, specification or vendor"),
    Column("candidates", LIST, "items that satisfy the specification, where no product is named"),
    Column("quantity", DATA, "value, systems and unit as JSON; empty where the notice states none"),
    Column("control", DATA, "status, as_of, rule and citation as JSON"),
    Column("severity", TEXT, "critical, high, medium, low or info"),
    Column("quote", TEXT, "the words of the notice, verbatim"),
    Column("origin", TEXT, "the text that the quote stands in: title, body, item:2, document:3#page=14"),
    Column("start", NUMBER, "the quote's first character in that text, counted from 0"),
    Column("end", NUMBER, "the character behind the quote"),
    Column("row", NUMBER, "the row of a sheet"),
    Column("ocr_confidence", NUMBER, "how sure text recognition was, 0 to 1; empty where the characters were given"),
    Column("also", DATA, "further places of the same finding as JSON"),
    Column("reasons", LIST, "why it was judged so"),
    Column("change", TEXT, "appeared or disappeared, where a correction or a changed page did that"),
    Column("watchlist_version", TEXT, "SHA-256 of the watchlist that judged"),
    Column("finding", TEXT, "the finding's lasting id"),
    Column("source", TEXT, "id of the source"),
    Column("url", ADDRESS, "address of the notice"),
    Column("title", TEXT, "title of the notice"),
    Column("kind", TEXT, "stage of the notice: intention, tender, correction, award, contract …"),
    Column("published", DAY, "day of publication in Beijing time"),
    Column("buyer", TEXT, "the buyer as the notice names it"),
    Column("agency", TEXT, "the procurement agency"),
    Column("suppliers", LIST, "the winners"),
    Column("region", TEXT, "GB/T 2260 code or name of the region"),
    Column("amount_cny", NUMBER, "award or contract value, else budget, in yuan; empty where not stated in yuan"),
    Column("amount_stated", TEXT, "the same in the notice's own currency, with its code"),
    Column("amount_is", TEXT, "award (what was awarded or contracted) or budget"),
    Column("procedure", TEXT, "id shared by the notices of one procurement"),
    Column("verdict", TEXT, "confirmed, rejected or unsure; empty where nobody has judged"),
    Column("capture_sha256", TEXT, "SHA-256 of the page as it was served and kept"),
    Column("unread_documents", LIST, "attachments that were not wholly read"),
    Column("found_at", MOMENT, "when the finding was first made; UTC in JSON Lines and CSV, Beijing time in XLSX"),
    Column("listed", LIST, "party lists that name a party of the notice, from entries of its day, earlier or undated"),
    Column("notes", LIST, "what analysts noted on it, each behind its moment (UTC) and the name that signs"),
    Column("quantity_value", NUMBER, "units of the item (cards, tokens, accounts …)", "quantity.value"),
    Column("quantity_systems", NUMBER, "servers", "quantity.systems"),
    Column("quantity_unit", TEXT, "what is counted", "quantity.unit"),
    Column("control_status", TEXT, "restricted, licensable, unrestricted, not_controlled, service or unknown_date: "
           "what was listed on that day, no judgement of this purchase", "control.status"),
    Column("control_as_of", DAY, "the day that the status is of", "control.as_of"),
    Column("control_rule", TEXT, "the dated rule", "control.rule"),
    Column("control_citation", TEXT, "where the rule stands", "control.citation"),
)  # fmt: skip

NOTICES = (
    Column("source", TEXT, "id of the source"),
    Column("id", TEXT, "the site's own id of the notice"),
    Column("url", ADDRESS, "address of the notice"),
    Column("title", TEXT, "title of the notice"),
    Column("kind", TEXT, "stage of the notice"),
    Column("tag", TEXT, "the stage as OCDS release tag"),
    Column("label", TEXT, "the site's own word for the stage"),
    Column("published", DAY, "day of publication in Beijing time"),
    Column("buyer", TEXT, "the buyer as the notice names it"),
    Column("agency", TEXT, "the procurement agency"),
    Column("suppliers", LIST, "the winners"),
    Column("project_code", TEXT, "the project's number"),
    Column("method", TEXT, "the procurement method"),
    Column("region", TEXT, "GB/T 2260 code or name of the region"),
    Column("amount_cny", NUMBER, "award or contract value, else budget, in yuan; empty where not stated in yuan"),
    Column("budget_cny", NUMBER, "budget in yuan"),
    Column("items", DATA, "rows of goods as JSON"),
    Column("documents", DATA, "attachments as JSON, each with what was read of it"),
    Column("procedure", TEXT, "id shared by the notices of one procurement"),
    Column("revision", NUMBER, "how many versions are kept: of the page, or of what was read of it"),
    Column("capture_sha256", TEXT, "SHA-256 of the page as it was served and kept"),
)

# What a reader of a workbook wants to see first; the rest follows in the order above.
FIRST = (
    "severity", "label", "relation", "quantity_value", "quantity_systems", "quantity_unit", "verdict", "published",
    "kind", "title", "buyer", "suppliers", "amount_cny", "region", "control_status", "control_as_of",
    "control_citation", "quote", "url",
)  # fmt: skip
APART = frozenset({"quantity", "control"})


def sheet_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of a workbook: those that a reader looks for first, objects in their parts."""
    named = {column.name: column for column in columns if column.name not in APART}
    first = [named.pop(name) for name in FIRST if name in named]
    return (*first, *named.values())


def finding_row_of(report: FindingReport, notes: Sequence[Note] = ()) -> dict[str, object]:
    """A finding as one JSON object: that of `findings --format jsonl`, when it was found, party lists and notes."""
    found_at = report.found_at.isoformat() if report.found_at else None
    said = [f"{each.at.isoformat()} {each.by}: {each.text}" for each in notes]
    return report_row(report) | {"found_at": found_at, "listed": list(report.listed), "notes": said}


def notice_row_of(stored: StoredNotice) -> dict[str, object]:
    """A notice as one JSON object, that of `notices --format jsonl`."""
    sha256 = stored.capture.sha256 if stored.capture else None
    return notice_row(stored.notice, stored.revision, sha256, stored.procedure)


def reference(columns: Sequence[Column]) -> str:
    """The columns as a table of Markdown, as the reference page has it."""
    lines = ["| column | cell | means |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{each.name}` | {each.kind} | {each.meaning} |" for each in columns)])
