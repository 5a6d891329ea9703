"""The dossiers of many findings as one ZIP file with an index."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.exceptions import HTTPException

from monitor.export.columns import FINDINGS
from monitor.export.delimited import csv_lines
from monitor.export.reading import Chosen
from monitor.review.dossier import Dossiers
from monitor.review.words import Words
from notices.dates import SHANGHAI
from notices.errors import StoreError
from notices.finding import FindingReport


def write_dossiers(
    path: Path,
    dossiers: Dossiers,
    found: Chosen,
    made_at: datetime,
    language: str,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Writes index.html, findings.csv and a dossier for each finding to a ZIP file; returns how many dossiers.

    The same store, findings and moment give the same bytes; StoreError if the file cannot be written.
    """
    kept: list[FindingReport] = []
    try:
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for report in found:
                page = _page(dossiers, report.key, made_at, language)
                if page is not None:
                    archive.writestr(_entry(name_of(report.key), made_at), page)
                    kept.append(report)
                if progress:
                    progress(1)
            index = dossiers.templates.get_template("dossier_index.html")
            made = f"{made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            html = index.render(w=Words(language), language=language, rows=kept, made=made, name_of=name_of)
            archive.writestr(_entry("index.html", made_at), html)
            archive.writestr(
                _entry("findings.csv", made_at), "".join(_table(dossiers, kept)).encode("utf-8", "replace")
            )
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    return len(kept)


def name_of(key: str) -> str:
    """The name of a finding's dossier inside the archive."""
    return f"dossiers/{key}.html"


def _page(dossiers: Dossiers, key: str, made_at: datetime, language: str) -> bytes | None:
    """A dossier; None if its finding was withdrawn since it was chosen."""
    try:
        return dossiers.page(key, made_at, language)
    except HTTPException:
        return None


def _table(dossiers: Dossiers, kept: list[FindingReport]) -> Iterator[str]:
    return csv_lines(Chosen(dossiers.store, tuple(report.key for report in kept)).rows(), FINDINGS)


def _entry(name: str, made_at: datetime) -> ZipInfo:
    entry = ZipInfo(name, made_at.astimezone(SHANGHAI).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
