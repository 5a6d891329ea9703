"""The store: one database, opened once, spoken to in transactions that carry one repository per noun."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from notices.errors import StoreError
from storage.accounts import AccountRepository
from storage.alerts import AlertRepository
from storage.audit import AuditRepository
from storage.captures import CaptureRepository
from storage.changes import ChangeRepository, counted_changes, watch_changes
from storage.documents import DocumentRepository
from storage.duties import DutyRepository
from storage.entities import EntityRepository
from storage.findings import FindingRepository
from storage.health import HealthRepository
from storage.keys import KeyRepository
from storage.listings import ListingRepository
from storage.migrate import missing_migrations, upgrade
from storage.news import NewsRepository
from storage.notes import NoteRepository
from storage.notices import NoticeRepository
from storage.overview import OverviewRepository
from storage.paging import PagingRepository
from storage.precision import PrecisionRepository
from storage.procedures import ProcedureRepository
from storage.reviews import ReviewRepository
from storage.revisits import RevisitRepository
from storage.runs import RunRepository
from storage.saved_filters import SavedFilterRepository
from storage.search import SearchRepository
from storage.sessions import SessionRepository
from storage.validators import ValidatorRepository
from storage.watches import SilenceRepository, WatchRepository

BUSY_SECONDS = 30
# A cache of 2 MB, SQLite's own, makes every list over a large store read its pages anew.
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "cache_size = -32768",
    "mmap_size = 1073741824",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction, with the repositories that work in it."""

    notices: NoticeRepository
    captures: CaptureRepository
    documents: DocumentRepository
    findings: FindingRepository
    entities: EntityRepository
    listings: ListingRepository
    overview: OverviewRepository
    reviews: ReviewRepository
    alerts: AlertRepository
    runs: RunRepository
    news: NewsRepository
    watches: WatchRepository
    silences: SilenceRepository
    health: HealthRepository
    procedures: ProcedureRepository
    search: SearchRepository
    revisits: RevisitRepository
    validators: ValidatorRepository
    accounts: AccountRepository
    sessions: SessionRepository
    keys: KeyRepository
    audit: AuditRepository
    paging: PagingRepository
    precision: PrecisionRepository
    duties: DutyRepository
    notes: NoteRepository
    saved_filters: SavedFilterRepository
    changes: ChangeRepository

    @classmethod
    def on(cls, connection: Connection) -> "Unit":
        return cls(
            notices=NoticeRepository(connection),
            captures=CaptureRepository(connection),
            documents=DocumentRepository(connection),
            findings=FindingRepository(connection),
            entities=EntityRepository(connection),
            listings=ListingRepository(connection),
            overview=OverviewRepository(connection),
            reviews=ReviewRepository(connection),
            alerts=AlertRepository(connection),
            runs=RunRepository(connection),
            news=NewsRepository(connection),
            watches=WatchRepository(connection),
            silences=SilenceRepository(connection),
            health=HealthRepository(connection),
            procedures=ProcedureRepository(connection),
            search=SearchRepository(connection),
            revisits=RevisitRepository(connection),
            validators=ValidatorRepository(connection),
            accounts=AccountRepository(connection),
            sessions=SessionRepository(connection),
            keys=KeyRepository(connection),
            audit=AuditRepository(connection),
            paging=PagingRepository(connection),
            precision=PrecisionRepository(connection),
            duties=DutyRepository(connection),
            notes=NoteRepository(connection),
            saved_filters=SavedFilterRepository(connection),
            changes=ChangeRepository(connection),
        )


class Store:
    """An open database. `begin` is a write transaction, `read` a read-only view; both end in StoreError if it fails."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        watch_changes(engine)

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        with _told_plainly(), self.engine.begin() as connection, counted_changes(connection):
            yield Unit.on(connection)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        with _told_plainly(), self.engine.connect().execution_options(reading=True) as connection:
            yield Unit.on(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Unit]:
        """As `read`, and all that is read is of one moment, however long it takes and whoever writes meanwhile."""
        options: dict[str, Any] = {"reading": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with _told_plainly(), self.engine.connect().execution_options(**options) as connection:
            yield Unit.on(connection)

    def migrate(self) -> None:
        """Makes the tables, or brings an older store to the present ones; nothing stored is lost."""
        with _told_plainly(), self.engine.begin() as connection:
            upgrade(connection)
            Unit.on(connection).search.renew()
        joined = 1
        while joined:
            with self.begin() as unit:
                joined = unit.notices.join_threads() + unit.findings.note_missing()

    def is_current(self) -> bool:
        """Whether the store has all migrations of this version."""
        with _told_plainly(), self.engine.connect().execution_options(reading=True) as connection:
            made = bool(inspect(connection).get_table_names()) and not missing_migrations(connection)
            return made and Unit.on(connection).search.is_present()

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Opens the database at an SQLAlchemy URL; its tables are made by `Store.migrate`. A bad URL is a StoreError."""
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return Store(_sqlite_engine(address))
        if address.get_backend_name() != "postgresql":
            raise ArgumentError(address.drivername)
        return Store(_postgresql_engine(address.set(drivername="postgresql+psycopg")))
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError("the database URL cannot be read: write sqlite:///FILE or postgresql://HOST/NAME") from error
    except ImportError as error:
        raise StoreError("PostgreSQL needs the extra `postgresql`: install psycopg, or use SQLite") from error


def _sqlite_engine(address: URL) -> Engine:
    if not _is_memory(address):
        folder = Path(address.database or "").parent
        if not folder.is_dir():
            raise StoreError(f"the folder {folder} of the database does not exist: make it, or run `tenderwatch init`")
    # Writers that wait for another process hold a connection each; readers must find one all the same.
    waiting = {"timeout": str(BUSY_SECONDS)} | dict(address.query)
    engine = create_engine(address.update_query_dict(waiting), **({} if _is_memory(address) else {"max_overflow": 100}))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _is_memory(address: URL) -> bool:
    return not address.database or address.database == ":memory:"


def _postgresql_engine(address: URL) -> Engine:
    engine = create_engine(address, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, record: object) -> None:  # noqa: ARG001
    # PostgreSQL itself would wait for another's lock without end.
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first cannot wait for another writer; an immediate one can.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except StatementError as error:
        raise StoreError(_sentence(str(error.orig))) from error
    except PoolTimeoutError as error:
        raise StoreError("too much is asked of the database at once: try again") from error


def _sentence(said: str) -> str:
    known = {
        "database is locked": f"the database stayed locked for {BUSY_SECONDS} s by another process: try again",
        "lock timeout": f"the database stayed locked for {BUSY_SECONDS} s by another process: try again",
        "no such table": "the store has no tables: run `tenderwatch init`",
        "does not exist": "the store has no tables or no such database: run `tenderwatch init`",
        "no such column": "the store is older than this version: run `tenderwatch init`",
        "disk is full": "the disk is full: nothing was lost; free some space and run the command again",
        "unable to open": "the database file cannot be opened: check the folder and its permissions",
        "readonly database": "the database file is read-only: check its permissions",
        "not a database": "the file is no SQLite database: name another with --home or TENDERWATCH_DATABASE_URL",
        "malformed": "the database file is damaged: restore it from a copy",
        "deadlock": "another change came in between, so nothing was saved: try again",
        "connection": "the database server cannot be reached: check TENDERWATCH_DATABASE_URL and that it runs",
    }
    for part, sentence in known.items():
        if part in said:
            return sentence
    return f"the database answered: {said.splitlines()[0]}"
