"""Import of JSON Lines files: notices that were collected elsewhere, kept under their site's name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from monitor.rows import notice_of_row, read_rows
from monitor.stages.report import Report
from notices.errors import TenderwatchError
from notices.fields import fields_of
from notices.items import read_items
from notices.notice import Notice
from notices.pairs import read_statements
from storage import Store

BATCH = 200
Progress = Callable[[int], None]


def import_files(
    store: Store, files: Sequence[Path], clock: Callable[[], datetime], *, progress: Progress = lambda _: None
) -> Report:
    """Stores the rows of all files; a row that is stored already changes nothing. A bad line is named and skipped."""
    report = Report("import")
    undated = conflicts = 0
    for path in files:
        notices = _notices(path, report)
        while batch := list(islice(notices, BATCH)):
            with store.begin() as unit:
                for notice in batch:
                    saved = unit.notices.save(notice, clock())
                    report.count(saved.change)
                    undated += notice.published is None
                    conflicts += unit.runs.add_conflicts(notice, saved.change, clock())
            progress(len(batch))
    report.counts = {"notices": sum(report.counts.values()), **report.counts}
    if conflicts:
        report.count("conflicts", conflicts)
    if undated:
        report.count("without_a_whole_date", undated)
    return report


def _notices(path: Path, report: Report) -> Iterator[Notice]:
    def problem(sentence: str) -> None:
        report.problems.append(f"{path}: {sentence}")

    for number, row in read_rows(path, problem):
        try:
            notice = notice_of_row(row)
        except TenderwatchError as error:
            problem(f"line {number}: {error}")
            continue
        yield with_fields(notice)


def with_fields(notice: Notice) -> Notice:
    """The notice with what its text says of the rest; what the row itself stated stays as it is."""
    statements = read_statements(notice.text.split("\n"))
    fields = fields_of(statements, notice.text, notice.kind, notice.title)
    stated = {party.role for party in notice.parties}
    parties = (*notice.parties, *(party for party in fields.parties if party.role not in stated))
    buyer = next((party.name for party in parties if party.role == "buyer"), None)
    return replace(
        notice,
        parties=parties,
        project_code=fields.project_code,
        method=fields.method,
        method_label=fields.method_label,
        region=fields.region,
        category=fields.category,
        budget=fields.budget,
        award=fields.award,
        terms=fields.terms,
        items=read_items(statements, notice.kind, fields.project_name, buyer),
    )
