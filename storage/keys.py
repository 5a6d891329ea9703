"""The keys with which programs ask the desk: only their digests are kept."""

from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from notices.account import AccountError, ApiKey, account_name, role_of
from storage.account_tables import api_key
from storage.audit import AuditRepository
from storage.turns import ACCOUNTS, wait_for_turn


class KeyRepository:
    """A key is known by its digest: the SHA-256, in hex, of the secret that was shown once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def add(self, digest: str, hint: str, name: str, role: str, by: str, now: datetime) -> ApiKey:
        """Keeps a new key; AccountError if the name was a key's before, or the role is none."""
        role_of(role)
        kept = account_name(name)
        wait_for_turn(self._connection, ACCOUNTS)
        if self._connection.execute(select(api_key.c.id).where(api_key.c.name == kept)).first():
            raise AccountError("name_taken", f"the name {kept!r} is taken: choose another")
        values = {"digest": digest, "hint": hint, "name": kept, "role": role, "by": by, "made_at": now}
        row = self._connection.execute(insert(api_key).values(values).returning(api_key)).one()
        self._audit.append(by, "key_made", kept, {"role": role, "hint": hint}, now)
        return _key(row)

    def all(self) -> list[ApiKey]:
        """Every key that was made, the newest first."""
        return [_key(row) for row in self._connection.execute(select(api_key).order_by(api_key.c.id.desc()))]

    def with_digest(self, digest: str) -> ApiKey | None:
        """The key, if it was not revoked."""
        mine = (api_key.c.digest == digest, api_key.c.revoked_at.is_(None))
        row = self._connection.execute(select(api_key).where(*mine)).first()
        return _key(row) if row else None

    def used(self, key_id: int, now: datetime) -> None:
        self._connection.execute(update(api_key).where(api_key.c.id == key_id).values(last_used_at=now))

    def revoke(self, key_id: int, by: str, now: datetime) -> bool:
        """Ends a key at once; False if there is none with this id, or it was revoked before."""
        mine = (api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
        row = self._connection.execute(update(api_key).where(*mine).values(revoked_at=now).returning(api_key)).first()
        if row is None:
            return False
        self._audit.append(by, "key_revoked", row.name, {"role": row.role, "hint": row.hint}, now)
        return True


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    times = (row.made_at, row.last_used_at, row.revoked_at)
    return ApiKey(row.id, row.name, row.role, row.hint, row.by, *times)
