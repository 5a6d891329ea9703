"""Who may do what at the desk: roles, accounts, the one-time links and keys that open it."""

from dataclasses import dataclass
from datetime import datetime
from unicodedata import category, normalize

from notices.errors import TenderwatchError

READER, ANALYST, EDITOR, ADMIN = "reader", "analyst", "editor", "admin"
# Each role may do all that those before it may.
ROLES = (READER, ANALYST, EDITOR, ADMIN)
FIRST, INVITATION, RESET = "first", "invitation", "reset"
TERMINAL = "terminal"
KEY_MARK = "key:"
LONGEST_NAME = 64


class AccountError(TenderwatchError):
    """An account, a link or a key cannot be what was asked; `reason` is its code for the desk's words."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking. `name` signs what they do; `account` is None for a key and where the desk has no accounts."""

    name: str
    role: str
    account: int | None = None
    key: int | None = None

    def may(self, role: str) -> bool:
        """Whether the person has at least this role."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way in; accounts are switched off, never deleted, so that a name stays one person's."""

    id: int
    name: str
    role: str
    made_at: datetime
    password: str | None = None
    disabled_at: datetime | None = None
    last_login_at: datetime | None = None

    @property
    def person(self) -> Person:
        return Person(self.name, self.role, self.id)


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link: makes the first admin, lets somebody in with a role, or sets an account's password anew."""

    digest: str
    kind: str
    role: str
    name: str
    by: str
    made_at: datetime
    expires_at: datetime
    account: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in; `digest` is the SHA-256 of the token in its cookie."""

    digest: str
    account: Account
    made_at: datetime
    seen_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's way in, with a role of its own; `hint` is how its secret begins."""

    id: int
    name: str
    role: str
    hint: str
    by: str
    made_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def person(self) -> Person:
        return Person(f"{KEY_MARK}{self.name}", self.role, key=self.id)


def role_of(asked: str) -> str:
    """The role of this name; AccountError names those there are."""
    if asked not in ROLES:
        raise AccountError("role_unknown", f"{asked!r} is no role: give one of {', '.join(ROLES)}")
    return asked


def account_name(asked: str) -> str:
    """A name as it is kept (NFC, single spaces); AccountError if it cannot be one.

    Any script is welcome. Characters that cannot be seen, or that reorder what stands beside them (Unicode categories
    Cc, Cf, Cs, Co, Cn, Zl, Zp), are refused, as are the names under which terminals and keys act.
    """
    name = normalize("NFC", " ".join(asked.split()))
    hidden = any(category(each) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for each in name)
    if not 1 <= len(name) <= LONGEST_NAME or hidden:
        raise AccountError("name_unfit", f"a name has 1 to {LONGEST_NAME} characters, all of which can be seen")
    if name_key(name) == TERMINAL or name_key(name).startswith(KEY_MARK):
        raise AccountError("name_taken", f"the name {name!r} is taken: choose another")
    return name


def name_key(name: str) -> str:
    """What two spellings of one name have in common: compatibility forms and case do not count."""
    readable = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return normalize("NFKC", normalize("NFKC", " ".join(readable.split())).casefold())
