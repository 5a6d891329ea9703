"""The authorities that a channel trusts for TLS."""

import ssl

from notices.errors import ConfigurationError


def trusted(ca_file: str | None) -> ssl.SSLContext:
    """Checks certificates and names against a file of PEM certificates or the system's; ConfigurationError if bad."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        reason = "it is not a file of PEM certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise ConfigurationError(f"the channel's ca_file cannot be used: {reason}") from None
