"""The dossiers of many findings as one ZIP file with an index, written in one go so that it can be sent as it grows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from monitor.export.columns import FINDINGS, Row, finding_row_of
from monitor.export.delimited import csv_lines
from monitor.export.reading import About, Chosen
from monitor.review.dossier import Dossiers
from monitor.review.export_about import about_json, about_lines
from monitor.review.words import Words
from notices.dates import SHANGHAI
from notices.errors import StoreError
from notices.finding import FindingReport

# So many findings stand on one page of the index.
ON_A_PAGE = 1_000


@dataclass(slots=True)
class Archive:
    """One ZIP file in the writing; `rows` are those of the index's present page."""

    file: ZipFile
    dossiers: Dossiers
    about: About
    language: str
    progress: Callable[[int], None]
    rows: list[FindingReport] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)

    def add(self, found: Chosen) -> Iterator[Row]:
        """Writes the dossier of each finding and gives its row on."""
        for report, notes in found.noted():
            page = self.dossiers.page_in(found.unit, report.key, self.about.made_at, self.language)
            self.file.writestr(self.entry(name_of(report.key)), page)
            self.rows.append(report)
            if len(self.rows) == ON_A_PAGE < self.about.rows:
                self._turn()
            self.progress(1)
            yield finding_row_of(report, notes)

    def add_index(self) -> None:
        """index.html, with the list on further pages where it is long."""
        if self.pages and self.rows:
            self._turn()
        self.file.writestr(self.entry("index.html"), self._index(self.rows, ""))

    def add_file(self, name: str, content: IO[bytes]) -> None:
        with self.file.open(self.entry(name), "w", force_zip64=True) as target:
            copyfileobj(content, target)

    def _turn(self) -> None:
        name = f"index/{len(self.pages) + 1}.html"
        self.file.writestr(self.entry(name), self._index(self.rows, "../"))
        self.pages.append((name, Words(self.language)("dossier_index", number=f"{len(self.pages) + 1:,}")))
        self.rows = []

    def _index(self, rows: list[FindingReport], up: str) -> str:
        words = Words(self.language)
        return self.dossiers.templates.get_template("dossier_index.html").render(
            w=words,
            language=self.language,
            rows=rows,
            total=self.about.rows,
            about=about_lines(words, self.about),
            pages=[] if up else self.pages,
            up=up,
            name_of=name_of,
        )

    def entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, self.about.made_at.astimezone(SHANGHAI).timetuple()[:6])
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def write_dossiers(
    target: Path | IO[bytes],
    dossiers: Dossiers,
    found: Chosen,
    about: About,
    language: str,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Writes a dossier for each finding, the index, findings.csv and about.json to a ZIP file; returns how many.

    The same store, findings and moment give the same bytes; StoreError if the file cannot be written.
    """
    try:
        with ZipFile(target, "w", ZIP_DEFLATED) as file, TemporaryFile() as table:
            archive = Archive(file, dossiers, about, language, progress)
            for part in csv_lines(archive.add(found), FINDINGS):
                table.write(part.encode("utf-8", "replace"))
            archive.add_index()
            table.seek(0)
            archive.add_file("findings.csv", table)
            file.writestr(archive.entry("about.json"), about_json(about))
    except OSError as error:
        raise StoreError(f"the archive cannot be written: {error.strerror or error}") from error
    return about.rows


def name_of(key: str) -> str:
    """The name of a finding's dossier inside the archive."""
    return f"dossiers/{key}.html"
