"""What changes of a finding after it was made, each combination kept once: lists are counted by its number."""

from sqlalchemy import Connection, text

from storage.found_tables import ASPECTS

# What each column is at present, of one finding `finding` and its notice's row `beside`.
_PRESENT = {
    "region": "coalesce(beside.region, '')",
    "unread": "coalesce(beside.unread, 0) > 0",
    "listed": "coalesce(beside.listed, '')",
    **{name: f"coalesce(finding.{name}, '')" for name in ("change", "assignee", "due", "reading")},
}
_OF_NOTICE = (
    f"SELECT finding.key AS key, {', '.join(f'{_PRESENT[name]} AS {name}' for name in ASPECTS)} FROM finding "  # noqa: S608
    "LEFT JOIN found_notice AS beside ON beside.notice_id = finding.notice_id WHERE finding.notice_id = :notice"
)
_SAME = " AND ".join(f"finding_aspect.{name} = present.{name}" for name in ASPECTS)
# A combination is never changed nor deleted, so what was read of it once stays true.
_ADD = (
    f"INSERT INTO finding_aspect ({', '.join(ASPECTS)}) SELECT DISTINCT {', '.join(ASPECTS)} "  # noqa: S608
    f"FROM ({_OF_NOTICE}) AS present "
    f"WHERE NOT EXISTS (SELECT 1 FROM finding_aspect WHERE {_SAME}) ON CONFLICT DO NOTHING"
)
_SET = (
    f"UPDATE finding SET aspect_id = (SELECT finding_aspect.id FROM ({_OF_NOTICE}) AS present "  # noqa: S608
    f"JOIN finding_aspect ON {_SAME} WHERE present.key = finding.key) WHERE notice_id = :notice"
)


def note_aspects(connection: Connection, notice_id: int) -> None:
    """Writes beside each finding of a notice the number of its combination, as things stand now."""
    for statement in (_ADD, _SET):
        connection.execute(text(statement), {"notice": notice_id})


def note_aspects_of(connection: Connection, key: str) -> None:
    """Does so for the notice of one finding."""
    notice_id = connection.execute(text("SELECT notice_id FROM finding WHERE key = :key"), {"key": key}).scalar_one()
    note_aspects(connection, notice_id)
