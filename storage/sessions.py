"""Who is logged in, and how often it was tried: kept in the store, so that both outlast a restart."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from notices.account import Account, Session, name_key
from notices.audit import Detail
from storage.account_tables import account, desk_session, login_try
from storage.accounts import account_of
from storage.audit import AuditRepository
from storage.turns import LOGIN, wait_for_turn

# A session ends so long after it was last used, and so long after it was begun.
IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
# Tries to log in count so long; so many may be made for one name, and from one address.
WINDOW = timedelta(minutes=15)
MOST_FOR_NAME, MOST_FROM_ADDRESS = 10, 50


class SessionRepository:
    """A session is known by its digest: the SHA-256, in hex, of the token that only the browser has."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def begin(self, digest: str, of: Account, address: str, now: datetime) -> None:
        """Begins a session, forgets those that have expired, and writes the login to the audit log."""
        self._connection.execute(delete(desk_session).where(~_alive(now)))
        values = {"digest": digest, "account_id": of.id, "made_at": now, "seen_at": now, "address": address}
        self._connection.execute(insert(desk_session).values(values))
        self._connection.execute(update(account).where(account.c.id == of.id).values(last_login_at=now))
        self._audit.append(of.name, "login", of.name, {"address": address}, now)

    def get(self, digest: str, now: datetime) -> Session | None:
        """The session, if it has not expired and its account is not switched off."""
        query = (
            select(account, desk_session.c.made_at.label("begun_at"), desk_session.c.seen_at, desk_session.c.address)
            .join(desk_session, desk_session.c.account_id == account.c.id)
            .where(desk_session.c.digest == digest, account.c.disabled_at.is_(None), _alive(now))
        )
        row = self._connection.execute(query).first()
        return Session(digest, account_of(row), row.begun_at, row.seen_at, row.address) if row else None

    def of_account(self, of: Account, now: datetime) -> list[Session]:
        """An account's sessions, the last used first."""
        query = select(desk_session).where(desk_session.c.account_id == of.id, _alive(now))
        rows = self._connection.execute(query.order_by(desk_session.c.seen_at.desc()))
        return [Session(row.digest, of, row.made_at, row.seen_at, row.address) for row in rows]

    def seen(self, digest: str, now: datetime) -> None:
        self._connection.execute(update(desk_session).where(desk_session.c.digest == digest).values(seen_at=now))

    def end(self, digest: str, by: str, now: datetime) -> None:
        """Ends one session, if there is such."""
        if self._connection.execute(delete(desk_session).where(desk_session.c.digest == digest)).rowcount:
            self._audit.append(by, "logout", by, {}, now)

    def end_all(self, of: Account, by: str, now: datetime) -> int:
        """Ends every session of an account; returns how many."""
        ended = self._connection.execute(delete(desk_session).where(desk_session.c.account_id == of.id)).rowcount
        told: Detail = {"sessions": ended}
        self._audit.append(by, "sessions_ended", of.name, told, now)
        return ended

    def try_login(self, name: str, address: str, now: datetime) -> datetime | None:
        """Counts a try before its password is looked at; if there were too many, from when on one may try again.

        The name is counted whether or not there is such an account. Tries that come at once are counted one by one.
        Of IPv6 the network counts: whoever has one address has all of it.
        """
        origin = _network(address)
        wait_for_turn(self._connection, LOGIN)
        self._connection.execute(delete(login_try).where(login_try.c.at <= now - WINDOW))
        digest = _name_digest(name)
        limits = (
            (login_try.c.name_digest == digest, MOST_FOR_NAME),
            (login_try.c.address == origin, MOST_FROM_ADDRESS),
        )
        waits = [self._free_again(mine, most) for mine, most in limits]
        if any(waits):
            return max(filter(None, waits))
        self._connection.execute(insert(login_try).values(name_digest=digest, address=origin, at=now))
        return None

    def forget_tries(self, name: str) -> None:
        """Forgets the tries for a name, after one that succeeded."""
        wait_for_turn(self._connection, LOGIN)
        self._connection.execute(delete(login_try).where(login_try.c.name_digest == _name_digest(name)))

    def _free_again(self, mine: ColumnElement[bool], most: int) -> datetime | None:
        count, oldest = self._connection.execute(select(func.count(), func.min(login_try.c.at)).where(mine)).one()
        return oldest + WINDOW if count >= most else None


def _alive(now: datetime) -> ColumnElement[bool]:
    return (desk_session.c.seen_at > now - IDLE) & (desk_session.c.made_at > now - LONGEST)


def _network(address: str) -> str:
    """The /64 that an IPv6 address belongs to (RFC 6177); any other address, or what is none, as it is."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Address(int(read) >> 64 << 64))


def _name_digest(name: str) -> str:
    return sha256(name_key(name).encode()).hexdigest()
