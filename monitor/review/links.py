"""One-time links: who has one may make an account, or set a password anew, once and before it expires."""

from datetime import datetime, timedelta

from monitor.review.passwords import digest_of, new_secret
from notices.account import ADMIN, FIRST, INVITATION, RESET, TERMINAL, Account, AccountError, Link
from storage import Store, Unit

LASTS = {FIRST: timedelta(hours=24), INVITATION: timedelta(days=7), RESET: timedelta(hours=24)}


def invite(unit: Unit, name: str, role: str, by: str, now: datetime) -> str:
    """The path of a new link for somebody to come; without a name they choose it. AccountError if it is taken."""
    return _kept(unit, INVITATION, role, name, by, now)


def offer_reset(unit: Unit, account: Account, by: str, now: datetime) -> str:
    """The path of a new link for an account's password; the one before it ends. AccountError if it is disabled."""
    if account.disabled_at is not None:
        raise AccountError("account_disabled", f"{account.name} is disabled: enable the account first")
    return _kept(unit, RESET, account.role, account.name, by, now, account.id)


def first_link(store: Store, now: datetime) -> str | None:
    """The path of the link that makes the first admin; None if there is an admin. The one before it ends."""
    with store.begin() as unit:
        return None if unit.accounts.has_admin() else _kept(unit, FIRST, ADMIN, "", TERMINAL, now)


def _kept(unit: Unit, kind: str, role: str, name: str, by: str, now: datetime, account: int | None = None) -> str:
    secret = new_secret()
    unit.accounts.add_link(Link(digest_of(secret), kind, role, name, by, now, now + LASTS[kind], account))
    return f"/join/{secret}"
