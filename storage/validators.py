"""What sites say of the state of their pages, so that an unchanged one need not be sent twice."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from storage.captures import CAPTURE_COLUMNS, StoredCapture, capture_of
from storage.revisit_tables import validator
from storage.tables import capture


@dataclass(frozen=True, slots=True)
class Validator:
    """An address's ETag and Last-Modified as served ("" for none), and the capture of the page that they stand for."""

    url: str
    etag: str
    last_modified: str
    kept: StoredCapture


class ValidatorRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, url: str) -> Validator | None:
        query = select(validator.c.etag, validator.c.last_modified, capture.c.id, *CAPTURE_COLUMNS)
        row = self._connection.execute(query.join(capture).where(validator.c.url_key == _key(url))).first()
        taken = capture_of(row) if row else None
        if row is None or taken is None:
            return None
        return Validator(url, row.etag, row.last_modified, StoredCapture(row.id, taken))

    def set(self, url: str, etag: str, last_modified: str, capture_id: int) -> None:
        """What the site said with the page of this capture; without a word of either kind nothing is kept."""
        self.forget(url)
        if etag or last_modified:
            values = {"url_key": _key(url), "url": url, "etag": etag, "last_modified": last_modified}
            self._connection.execute(insert(validator).values(values | {"capture_id": capture_id}))

    def forget(self, url: str) -> None:
        self._connection.execute(delete(validator).where(validator.c.url_key == _key(url)))


def _key(url: str) -> str:
    return sha256(url.encode()).hexdigest()
