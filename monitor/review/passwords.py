"""Passwords and secrets: hashed with argon2id, compared in the same time whether or not there is an account."""

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from secrets import token_bytes, token_urlsafe
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from notices.account import AccountError, name_key

SHORTEST, LONGEST = 12, 1_024
KEY_BEGINS = "tw_"
HINT = 10
HASH = 32
# Each hash takes 64 MiB (RFC 9106, second recommended option): so many are made at once, others wait.
AT_ONCE = 2


@dataclass(frozen=True)
class Passwords:
    """Hashes and verifies; `hasher` sets what a guess costs."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def encoded(self, password: str, name: str) -> str:
        """What is kept of a new password; AccountError says why it cannot be one.

        The only rules are a least length and that it is not the name (NIST SP 800-63B, 3.1.1.2).
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise AccountError("password_length", f"a password has {SHORTEST} to {LONGEST} characters")
        if name_key(password) == name_key(name):
            raise AccountError("password_is_name", "a password is not the name: choose another")
        with self._room:
            return self.hasher.hash(_bytes(password))

    def fits(self, encoded: str | None, password: str) -> bool:
        """Whether a password is the one that is kept; as slow where none is."""
        with self._room:
            try:
                fits = self.hasher.verify(encoded or self._nobodys, _bytes(password[:LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return fits and encoded is not None and len(password) <= LONGEST

    def is_old(self, encoded: str) -> bool:
        """Whether a hash was made with weaker settings than the present ones."""
        return self.hasher.check_needs_rehash(encoded)

    def renewed(self, password: str) -> str:
        with self._room:
            return self.hasher.hash(_bytes(password))

    @cached_property
    def _nobodys(self) -> str:
        """A hash as heavy as a real one that nobody's password makes, made without the work of a real one."""
        salt, digest = (b64encode(token_bytes(size)).decode().rstrip("=") for size in (self.hasher.salt_len, HASH))
        cost = f"m={self.hasher.memory_cost},t={self.hasher.time_cost},p={self.hasher.parallelism}"
        return f"$argon2id$v=19${cost}${salt}${digest}"


def digest_of(secret: str) -> str:
    """What the store keeps of a token, a link or a key: each has 256 random bits, so a plain hash is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    return token_urlsafe(32)


def new_key() -> str:
    """A key for programs; its beginning tells what it is, should it be found where it does not belong."""
    return KEY_BEGINS + new_secret()


def _bytes(password: str) -> bytes:
    """One password is the same on every keyboard: NFKC (NIST SP 800-63B, 3.1.1.2)."""
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
