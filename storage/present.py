"""Which findings stand and are flagged, said so that SQLite looks for them by something else."""

from sqlalchemy import ColumnElement, func

from storage.tables import finding


def still_found() -> ColumnElement[bool]:
    """That a finding is not withdrawn, for queries that something narrower leads: nearly all findings stand.

    SQLite takes "withdrawn_at IS NULL" for narrow and would walk over all findings by an index that begins with it.
    """
    return func.coalesce(finding.c.withdrawn_at, finding.c.withdrawn_at).is_(None)


def is_flagged() -> ColumnElement[bool]:
    """That a finding is flagged, for queries that an index on something else answers alone."""
    return func.coalesce(finding.c.flagged, finding.c.flagged).is_(True)
