"""Why a request has no answer that may be read."""

from scrapy.exceptions import IgnoreRequest

from notices.run import SERVER_ERROR


class NotSentError(IgnoreRequest):
    """The source was stopped before this request was sent; why is recorded already."""


class NotInArchiveError(IgnoreRequest):
    """No WARC file of the replay has an answer to this request."""


class RefusedError(IgnoreRequest):
    """The site refused; the issue is recorded and the answer is never parsed."""


class ClosedFileError(RefusedError):
    """The site refused a file with 401 or 403: perhaps only this one is closed, and it is not asked for again."""


class LostOnTheWayError(IgnoreRequest):
    """A redirect or a link that is not followed; the message says where it leads, `failure` is its class."""

    def __init__(self, message: str, failure: str = SERVER_ERROR) -> None:
        super().__init__(message)
        self.failure = failure
