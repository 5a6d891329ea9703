"""The authorities that a channel trusts for TLS."""

import ssl
from functools import lru_cache
from pathlib import Path

from notices.errors import ConfigurationError


def trusted(ca_file: str | None) -> ssl.SSLContext:
    """Checks certificates and names against a file of PEM certificates or the system's; ConfigurationError if bad."""
    try:
        return _context(ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0)
    except OSError as error:  # ssl.SSLError is one
        reason = "it is not a file of PEM certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise ConfigurationError(f"the channel's ca_file cannot be used: {reason}") from None


@lru_cache(maxsize=16)
def _context(ca_file: str | None, changed: int) -> ssl.SSLContext:  # noqa: ARG001  # a changed file is read anew
    return ssl.create_default_context(cafile=ca_file)
