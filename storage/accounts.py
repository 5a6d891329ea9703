"""Accounts and the one-time links that make them; every change is written to the audit log with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from notices.account import (
    ADMIN,
    FIRST,
    INVITATION,
    RESET,
    ROLES,
    Account,
    AccountError,
    Link,
    account_name,
    name_key,
    role_of,
)
from notices.audit import Detail
from storage.account_tables import account, api_key, desk_session, link
from storage.audit import AuditRepository
from storage.turns import ACCOUNTS, wait_for_turn


class AccountRepository:
    """`by` is always who does it: a person's name, or "terminal"."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = AuditRepository(connection)

    def all(self) -> list[Account]:
        query = select(account).order_by(account.c.name_key)
        return [account_of(row) for row in self._connection.execute(query)]

    def get(self, account_id: int) -> Account | None:
        return self._one(account.c.id == account_id)

    def named(self, name: str) -> Account | None:
        """The account of this name, however it is spelled (case, compatibility forms)."""
        return self._one(account.c.name_key == name_key(name))

    def has_admin(self) -> bool:
        """Whether somebody can log in who may let others in."""
        return self._admins() > 0

    def set_role(self, account_id: int, role: str, by: str, now: datetime) -> None:
        """Gives an account another role, from its next request on; AccountError for the last admin.

        Keys and links that it made for a greater role than it has now end with it.
        """
        present = self._for_change(account_id)
        if present.role == role_of(role):
            return
        self._refuse_to_lose_the_last_admin(present)
        self._change(account_id, role=role)
        self._audit.append(by, "account_role", present.name, {"old": present.role, "new": role}, now)
        self._end_made_by(present.name, ROLES[ROLES.index(role) + 1 :], by, now)

    def disable(self, account_id: int, by: str, now: datetime) -> None:
        """Ends an account's sessions, and the keys and links that it made; AccountError for the last admin."""
        present = self._for_change(account_id)
        if present.disabled_at is not None:
            return
        self._refuse_to_lose_the_last_admin(present)
        self._change(account_id, disabled_at=now)
        self._connection.execute(desk_session.delete().where(desk_session.c.account_id == account_id))
        self._end_links(link.c.account_id == account_id, now)
        self._audit.append(by, "account_disabled", present.name, {}, now)
        self._end_made_by(present.name, ROLES, by, now)

    def enable(self, account_id: int, by: str, now: datetime) -> None:
        present = self._for_change(account_id)
        if present.disabled_at is None:
            return
        self._change(account_id, disabled_at=None)
        self._audit.append(by, "account_enabled", present.name, {}, now)

    def set_password(self, account_id: int, encoded: str, act: str, now: datetime) -> None:
        """Sets an account's password, hashed already, and ends its sessions and links; `act` says how it came about."""
        present = self._for_change(account_id)
        self._change(account_id, password=encoded)
        self._connection.execute(desk_session.delete().where(desk_session.c.account_id == account_id))
        self._end_links(link.c.account_id == account_id, now)
        self._audit.append(present.name, act, present.name, {}, now)

    def rehash(self, account_id: int, encoded: str) -> None:
        """Keeps the same password in a newer form."""
        self._change(account_id, password=encoded)

    def add_link(self, new: Link) -> None:
        """Keeps a one-time link. A first one ends those before it, a reset one those of its account.

        AccountError if the name is no name, or somebody has it already.
        """
        role_of(new.role)
        wait_for_turn(self._connection, ACCOUNTS)
        subject = new.name
        if new.kind == FIRST:
            self._end_links(link.c.kind == FIRST, new.made_at)
        elif new.account is not None:
            self._end_links(link.c.account_id == new.account, new.made_at)
        elif new.name:
            subject = self._free_name(new.name, new.made_at)
        values = {"digest": new.digest, "kind": new.kind, "role": new.role, "name": subject, "by": new.by}
        times = {"made_at": new.made_at, "expires_at": new.expires_at, "account_id": new.account}
        self._connection.execute(insert(link).values(values | times))
        self._audit.append(new.by, "link_made", subject, _told(new), new.made_at)

    def link(self, digest: str, now: datetime) -> Link | None:
        """A link that can still be used."""
        row = self._connection.execute(select(link).where(link.c.digest == digest, *_usable(now))).first()
        return _link(row) if row else None

    def open_links(self, now: datetime) -> list[Link]:
        """The links that can still be used, the newest first."""
        query = select(link).where(*_usable(now)).order_by(link.c.made_at.desc())
        return [_link(row) for row in self._connection.execute(query)]

    def withdraw(self, digest: str, by: str, now: datetime) -> bool:
        """Ends a link before it was used; False if it has ended already."""
        found = self.link(digest, now)
        if found is None or not self._end_links(link.c.digest == digest, now):
            return False
        self._audit.append(by, "link_withdrawn", found.name, _told(found), now)
        return True

    def use(self, digest: str, name: str, encoded: str, now: datetime) -> Account:
        """Uses a link once: makes its account (named `name` if the link names none), or sets a password anew.

        AccountError if the link has ended, or the name cannot be had; then nothing is changed.
        """
        wait_for_turn(self._connection, ACCOUNTS)
        found = self.link(digest, now)
        if found is None or not self._end_links(link.c.digest == digest, now):
            raise AccountError("link_ended", "this link was used or has expired: ask an admin for another")
        if found.kind == RESET and found.account is not None:
            self.set_password(found.account, encoded, "password_reset", now)
            return self._for_change(found.account)
        kept = self._free_name(found.name or name, now, digest)
        values = {"name": kept, "name_key": name_key(kept), "role": found.role, "password": encoded, "made_at": now}
        made = self._connection.execute(insert(account).values(values).returning(account)).one()
        if found.role == ADMIN:
            self._end_links(link.c.kind == FIRST, now)
        self._audit.append(kept, "account_made", kept, _told(found), now)
        return account_of(made)

    def _free_name(self, asked: str, now: datetime, of: str = "") -> str:
        """The name as it is kept, if neither an account nor an invitation but that of digest `of` has it."""
        name = account_name(asked)
        waiting = [each for each in self.open_links(now) if each.kind == INVITATION and each.digest != of]
        if self.named(name) is not None or any(each.name and name_key(each.name) == name_key(name) for each in waiting):
            raise AccountError("name_taken", f"the name {name!r} is taken: choose another")
        return name

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        row = self._connection.execute(select(account).where(condition)).first()
        return account_of(row) if row else None

    def _for_change(self, account_id: int) -> Account:
        wait_for_turn(self._connection, ACCOUNTS)
        present = self.get(account_id)
        if present is None:
            raise AccountError("no_account", "there is no such account: list them with `tenderwatch accounts list`")
        return present

    def _change(self, account_id: int, **values: object) -> None:
        self._connection.execute(update(account).where(account.c.id == account_id).values(**values))

    def _end_links(self, condition: ColumnElement[bool], now: datetime) -> int:
        ending = update(link).where(condition, link.c.ended_at.is_(None)).values(ended_at=now)
        return self._connection.execute(ending).rowcount

    def _end_made_by(self, maker: str, roles: Sequence[str], by: str, now: datetime) -> None:
        """Ends what an account made for others to come in with one of these roles: it saw each secret."""
        mine = (api_key.c.by == maker, api_key.c.role.in_(roles), api_key.c.revoked_at.is_(None))
        ending = update(api_key).where(*mine).values(revoked_at=now).returning(api_key)
        for row in self._connection.execute(ending).all():
            told: Detail = {"role": row.role, "hint": row.hint, "made_by": maker}
            self._audit.append(by, "key_revoked", row.name, told, now)
        open_ones = [each for each in self.open_links(now) if each.by == maker and each.role in roles]
        for each in open_ones:
            self.withdraw(each.digest, by, now)

    def _admins(self) -> int:
        mine = (account.c.role == ADMIN, account.c.disabled_at.is_(None), account.c.password.is_not(None))
        return int(self._connection.execute(select(func.count()).select_from(account).where(*mine)).scalar_one())

    def _refuse_to_lose_the_last_admin(self, present: Account) -> None:
        if present.role == ADMIN and present.disabled_at is None and self._admins() == 1:
            raise AccountError("last_admin", f"{present.name} is the last admin: make another one first")


def account_of(row: Row[tuple[object, ...]]) -> Account:
    times = (row.made_at, row.password, row.disabled_at, row.last_login_at)
    return Account(row.id, row.name, row.role, *times)


def _link(row: Row[tuple[object, ...]]) -> Link:
    times = (row.made_at, row.expires_at)
    return Link(row.digest, row.kind, row.role, row.name, row.by, *times, row.account_id)


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return link.c.ended_at.is_(None), link.c.expires_at > now


def _told(of: Link) -> Detail:
    # So much of a digest names the link in the log; nobody can use it.
    return {"kind": of.kind, "role": of.role, "link": of.digest[:12], "by": of.by}
