"""Everything that is kept; the only package that speaks SQLAlchemy."""

from storage.store import Store, Unit, open_store

__all__ = ["Store", "Unit", "open_store"]
