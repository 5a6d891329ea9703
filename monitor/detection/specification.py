"""Reads parameter rows that name no chip as inequalities and says which chips satisfy them."""

from collections.abc import Sequence

from monitor.detection.gate import Span
from monitor.detection.report import Sighting
from monitor.detection.subject import Subject
from monitor.watchlist.model import Watchlist
from notices.document import Text


def specification_sightings(
    text: Text, folded: str, spans: Sequence[Span], named: Sequence[Sighting], subject: Subject, watchlist: Watchlist
) -> list[Sighting]:
    """A sighting for each block of rows that only watched chips satisfy."""
    return []
