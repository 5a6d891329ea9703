"""Which addresses found in notices may be linked."""

import re

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def web_address(url: str | None) -> str | None:
    """An address that may be linked: http or https, else None (a page may name "javascript:")."""
    return url if url and _WEB.match(url) else None
