"""Why a page did not come, in one sentence and one class."""

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from spiders.unsent import ClosedFileError, LostOnTheWayError, NotInArchiveError, NotSentError, RefusedError

# The site says that there is no such page; the archive has none; the site's state, not ours; we would not ask.
GONE, ABSENT, UNREACHED, TOO_BIG, FORBIDDEN, ASTRAY, TOLD, CLOSED = (
    "gone", "absent", "unreached", "too big", "forbidden", "astray", "told", "closed",
)  # fmt: skip
FOR_GOOD = {GONE, TOO_BIG, FORBIDDEN, ASTRAY, CLOSED}

_CONNECTION = {
    CannotResolveHostError: "its host name cannot be resolved",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no whole answer came in time",
    ResponseDataLossError: "the answer broke off",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """`kind` is one of the classes above; `reason` completes "URL: …"."""

    kind: str
    reason: str

    @property
    def for_good(self) -> bool:
        return self.kind in FOR_GOOD


def loss_of(failure: Failure) -> Loss:
    """The class and the words of a failed request. TOLD and CLOSED have their issue already."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return Loss(GONE if status in {404, 410} else UNREACHED, f"the site answered {status}")
    if isinstance(error, NotInArchiveError):
        return Loss(ABSENT, "it is not in the archive")
    if isinstance(error, ClosedFileError):
        return Loss(CLOSED, str(error))
    if isinstance(error, RefusedError | NotSentError):
        return Loss(TOLD, str(error))
    if isinstance(error, LostOnTheWayError):
        return Loss(ASTRAY, str(error))
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return Loss(FORBIDDEN, "robots.txt does not allow it")
    if isinstance(error, DownloadCancelledError | IgnoreRequest):
        return Loss(TOO_BIG, "it is larger than the limit")
    words = next((words for kind, words in _CONNECTION.items() if isinstance(error, kind)), None)
    return Loss(UNREACHED, words or f"the request failed ({type(error).__name__})")
