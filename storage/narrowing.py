"""What lists of findings are narrowed by that stands with their notices: attachments, parties, regions, amounts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from notices.listing import ANY, NONE
from storage.found import SUPPLIER, entity_key
from storage.found_tables import finding_aspect, found_notice, found_party
from storage.tables import finding

if TYPE_CHECKING:
    from storage.findings import FindingFilter

YUAN = "CNY"


def of_notices(chosen: "FindingFilter") -> Iterator[ColumnElement[bool]]:
    """The conditions on the notice of a finding; a supplier is asked for by any spelling of the name."""
    aspects = list(_aspects(chosen))
    if aspects:
        yield finding.c.aspect_id.in_(select(finding_aspect.c.id).where(*aspects))
    if chosen.supplier is not None:
        named = found_party.c.key == entity_key(chosen.supplier)
        yield finding.c.notice_id.in_(select(found_party.c.notice_id).where(found_party.c.role == SUPPLIER, named))
    facts = list(_facts(chosen))
    if facts:
        yield finding.c.notice_id.in_(select(found_notice.c.notice_id).where(*facts))


def _aspects(chosen: "FindingFilter") -> Iterator[ColumnElement[bool]]:
    listed = finding_aspect.c.listed
    if chosen.unread is not None:
        yield finding_aspect.c.unread == chosen.unread
    if chosen.region is not None:
        yield finding_aspect.c.region == chosen.region
    if chosen.listed in (ANY, NONE):
        yield listed != "" if chosen.listed == ANY else listed == ""
    elif chosen.listed is not None:
        lines = "\n" + listed + "\n"
        # Exact, as LIKE is not on SQLite: what stands in it can be taken out of it.
        yield and_(listed != "", func.replace(lines, f"\n{chosen.listed}\n", "") != lines)


def _facts(chosen: "FindingFilter") -> Iterator[ColumnElement[bool]]:
    if chosen.words:
        said = (found_notice.c.title, found_notice.c.buyer)
        yield or_(*(column.contains(chosen.words, autoescape=True) for column in said))
    stated = found_notice.c.award.is_not(None)
    amount = case((stated, found_notice.c.award), else_=found_notice.c.budget)
    if chosen.least is not None or chosen.most is not None:
        yield case((stated, found_notice.c.award_currency), else_=found_notice.c.budget_currency) == YUAN
    if chosen.least is not None:
        yield amount >= chosen.least
    if chosen.most is not None:
        yield amount <= chosen.most
