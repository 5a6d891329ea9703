"""Why a page did not come, in one sentence and one class."""

from collections.abc import Iterator
from dataclasses import dataclass

from OpenSSL.SSL import Error as SecurityError
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

from notices.run import DNS, LAYOUT, OVER_BUDGET, REFUSED, SERVER_ERROR, TIMEOUT, TLS
from spiders.unsent import ClosedFileError, LostOnTheWayError, NotInArchiveError, NotSentError, RefusedError

# The site says that there is no such page; the archive has none; the site's state, not ours; we would not ask.
GONE, ABSENT, UNREACHED, TOO_BIG, FORBIDDEN, ASTRAY, TOLD, CLOSED = (
    "gone", "absent", "unreached", "too big", "forbidden", "astray", "told", "closed",
)  # fmt: skip
# The class of the failures whose issue says it already.
CLASSES = {"unreadable": LAYOUT, "unmapped": LAYOUT, "over_budget": OVER_BUDGET}
FOR_GOOD = {GONE, TOO_BIG, FORBIDDEN, ASTRAY, CLOSED}

_CONNECTION = {
    CannotResolveHostError: ("its host name cannot be resolved", DNS),
    DownloadConnectionRefusedError: ("the connection was refused", REFUSED),
    DownloadTimeoutError: ("no whole answer came in time", TIMEOUT),
    ResponseDataLossError: ("the answer broke off", SERVER_ERROR),
}


@dataclass(frozen=True, slots=True)
class Loss:
    """`kind` is one of the words above; `reason` completes "URL: …".

    `failure` is the class (notices.run.FAILURE_CLASSES) under which the run counts it; "" if it is none of the site's,
    or is counted already.
    """

    kind: str
    reason: str
    failure: str = ""

    @property
    def for_good(self) -> bool:
        return self.kind in FOR_GOOD


def loss_of(failure: Failure) -> Loss:
    """The class and the words of a failed request. TOLD and CLOSED have their issue already."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        if status in {404, 410}:
            return Loss(GONE, f"the site answered {status}")
        return Loss(UNREACHED, f"the site answered {status}", REFUSED if status < 500 else SERVER_ERROR)
    if isinstance(error, NotInArchiveError):
        return Loss(ABSENT, "it is not in the archive")
    if isinstance(error, ClosedFileError):
        return Loss(CLOSED, str(error))
    if isinstance(error, RefusedError | NotSentError):
        return Loss(TOLD, str(error))
    if isinstance(error, LostOnTheWayError):
        return Loss(ASTRAY, str(error), error.failure)
    if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
        return Loss(FORBIDDEN, "robots.txt does not allow it", REFUSED)
    if isinstance(error, DownloadCancelledError | IgnoreRequest):
        return Loss(TOO_BIG, "it is larger than the limit", OVER_BUDGET)
    if any(isinstance(cause, SecurityError) for cause in _causes(error)):
        return Loss(UNREACHED, "no secure connection could be made", TLS)
    said = next((said for kind, said in _CONNECTION.items() if isinstance(error, kind)), None)
    words, counted = said or (f"the request failed ({type(error).__name__})", SERVER_ERROR)
    return Loss(UNREACHED, words, counted)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came of, as exceptions chain and as Twisted lists its reasons."""
    while error is not None:
        yield error
        for reason in getattr(error, "reasons", None) or ():
            yield from _causes(reason.value)
        error = error.__cause__
