"""A finding's quote as a line to read: with what stands beside it where it was found."""

from collections.abc import Sequence

from monitor.review.marked_text import HIT, Line, Piece, excerpt, located
from notices.document import Text
from notices.finding import FindingReport, Place
from notices.notice import Notice
from storage import Unit

LONGEST = 400


def texts_of(notice: Notice) -> tuple[Text, ...]:
    """What a notice's own page says: its title, its body, its rows of goods."""
    rows = (Text(f"item:{number}", item.as_written) for number, item in enumerate(notice.items, start=1))
    return (Text("title", notice.title), Text("body", notice.text), *rows)


def quoted(place: Place, content: str | None, *, around: int) -> Line:
    """The quote marked in its line; the quote alone where its text is not there any more."""
    span = located(content, place.start, place.end, place.quote) if content is not None else None
    if content is None or span is None or span[1] - span[0] > LONGEST:
        short = place.quote if len(place.quote) <= LONGEST else f"{place.quote[:LONGEST]}…"
        return (Piece(short, HIT),)
    return excerpt(content, *span, around=around)


def quotes_of(unit: Unit, reports: Sequence[FindingReport], *, around: int) -> list[Line]:
    """The quote of each stored finding in its line, as the store has it now."""
    notices = unit.findings.notices_of([report.key for report in reports])
    return [_quote(unit, report, notices[report.key], around) for report in reports]


def _quote(unit: Unit, report: FindingReport, notice: Notice, around: int) -> Line:
    place = report.finding.place
    if place.origin.startswith("document:"):
        return quoted(
            place, unit.notices.document_text(report.source, report.finding.notice, place.origin), around=around
        )
    texts = texts_of(notice)
    return quoted(place, next((text.content for text in texts if text.origin == place.origin), None), around=around)
