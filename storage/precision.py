"""How often analysts confirm what a term of the watchlist finds, counted from the verdicts in force."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select

from notices.review import CONFIRMED, REJECTED, UNSURE
from storage.tables import finding, review

NO_REASON = "none"


@dataclass(frozen=True, slots=True)
class Precision:
    """Verdicts in force on the present flagged findings of an item and, if `term` is not None, of one of its terms.

    `term` is "" where parameter rows led to the findings. `reasons` counts the rejections by reason, NO_REASON where
    none was given.
    """

    item: str
    term: str | None
    confirmed: int
    rejected: int
    unsure: int
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Confirmed of confirmed and rejected, 0 to 1; None where nothing was confirmed or rejected."""
        decided = self.confirmed + self.rejected
        return self.confirmed / decided if decided else None


def overall_of(lines: Iterable[Precision]) -> Precision:
    """All items' counts together, under the item ""."""
    items = [each for each in lines if each.term is None]
    reasons: Counter[str] = sum((Counter(each.reasons) for each in items), Counter())
    confirmed, rejected = sum(each.confirmed for each in items), sum(each.rejected for each in items)
    return Precision("", None, confirmed, rejected, sum(each.unsure for each in items), dict(reasons.most_common()))


class PrecisionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, since: datetime | None = None) -> list[Precision]:
        """Each item with verdicts, directly followed by its terms; items and terms by how many verdicts they have.

        Only verdicts given from `since` on count, if it is given.
        """
        terms: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for item, term, verdict, reason, number in self._rows(since):
            counted = terms[item][term]
            counted[verdict] += number
            if verdict == REJECTED:
                counted[f"reason {reason}"] += number
        whole = {item: sum(each.values(), Counter()) for item, each in terms.items()}
        found: list[Precision] = []
        for item in sorted(whole, key=lambda each: (-_given(whole[each]), each)):
            found.append(_precision(item, None, whole[item]))
            named = sorted(terms[item], key=lambda term: (-_given(terms[item][term]), term))
            found += [_precision(item, term, terms[item][term]) for term in named]
        return found

    def _rows(self, since: datetime | None) -> list[tuple[str, str, str, str, int]]:
        last = select(func.max(review.c.id).label("id")).group_by(review.c.finding_key).subquery()
        # Spelt out: PostgreSQL takes two parameters for two different things to group by.
        term = func.coalesce(finding.c.term, literal_column("''"))
        reason = func.coalesce(review.c.reason, literal_column(f"'{NO_REASON}'"))
        query = (
            select(finding.c.item, term, review.c.verdict, reason, func.count())
            .select_from(last.join(review, review.c.id == last.c.id).join(finding))
            .where(finding.c.flagged, finding.c.withdrawn_at.is_(None))
            .where(review.c.verdict.in_((CONFIRMED, REJECTED, UNSURE)))
            .group_by(finding.c.item, term, review.c.verdict, reason)
        )
        if since is not None:
            query = query.where(review.c.at >= since)
        return [tuple(row) for row in self._connection.execute(query)]


def _given(counted: Counter[str]) -> int:
    return counted[CONFIRMED] + counted[REJECTED] + counted[UNSURE]


def _precision(item: str, term: str | None, counted: Counter[str]) -> Precision:
    reasons = {name.removeprefix("reason "): number for name, number in counted.items() if name.startswith("reason ")}
    ordered = dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0])))
    return Precision(item, term, counted[CONFIRMED], counted[REJECTED], counted[UNSURE], ordered)
