"""What an export says of itself: as headers of the answer, and as the lines of a workbook and an archive."""

import json
from collections.abc import Callable, Iterable, Iterator

from monitor.export.reading import About
from monitor.export.workbook import LONGEST, Written
from monitor.review.words import Words
from notices.dates import SHANGHAI

ROWS, FILTER, MADE = "tenderwatch-rows", "tenderwatch-filter", "tenderwatch-made"
UNREAD, WATCHLIST = "tenderwatch-unread", "tenderwatch-watchlist"


def about_headers(about: About) -> dict[str, str]:
    return {
        ROWS: str(about.rows),
        FILTER: about.filter[:4_000],
        MADE: str(about.told()["made_at"]),
        UNREAD: str(about.unread),
        WATCHLIST: ", ".join(about.watchlists),
    }


def about_csv(about: About) -> str:
    """One line before a CSV's heading: a single cell that begins with "#"."""
    said = json.dumps(about.told(), ensure_ascii=False).replace('"', '""')
    return f'"# {said}"\n'


def about_json(about: About) -> str:
    """One line before the rows of JSON Lines."""
    return json.dumps({"about": about.told()}, ensure_ascii=False) + "\n"


def about_lines(words: Words, about: About) -> list[tuple[str, str]]:
    """Each fact with its label."""
    versions = "\n".join(f"{version} ({count:,})" for version, count in about.watchlists.items())
    return [
        (words("about_made"), f"{about.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} · {about.product}"),
        (words("about_filter"), about.filter or words("about_every")),
        (words("about_rows"), f"{about.rows:,}"),
        (words("about_unread"), words("about_unread_said", count=f"{about.unread:,}")),
        (words("about_watchlist"), versions or words("about_none")),
        (words("about_creed"), f"{words('creed')} {words('times')}"),
    ]


def about_sheet(words: Words, about: About) -> Callable[[Written], Iterable[tuple[str, str]]]:
    """The lines of a workbook's last sheet, with what its sheets could not hold."""

    def lines(written: Written) -> Iterator[tuple[str, str]]:
        yield from about_lines(words, about)
        yield words("about_sheets"), f"{written.sheets:,}"
        yield words("about_cut"), words("about_cut_said", count=f"{written.cut:,}", most=f"{LONGEST:,}")
        yield words("about_unlinked"), words("about_unlinked_said", count=f"{written.unlinked:,}")

    return lines
