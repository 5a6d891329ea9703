"""Reads the public list of 中国移动采购与招标网 (b2b.10086.cn): titles, times and branches of the company."""

from typing import Any
from urllib.parse import urlencode, urljoin

from notices.codelists import REGIONS
from notices.errors import UnreadablePageError
from spiders.pages.answer import at, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.record import Listing, Record, listing


def read_list(body: bytes, url: str) -> Listing:
    """A page of the list; UnreadablePageError if it is none."""
    answer = read_answer(body, url)
    if number(answer.get("code")) not in {None, 0}:
        raise UnreadablePageError(f"{url}: the site says {words_of(answer)!r}")
    rows = rows_at(answer, url, "data", "content")
    total = next((count for name in ("totalElements", "total") if (count := number(at(answer, "data", name)))), None)
    return listing((_record(row, url) for row in rows), total)


def _record(row: dict[str, Any], url: str) -> Record:
    names = {"publishId": "id", "publishUuid": "uuid", "publishType": "publishType", "publishOneType": "publishOneType"}
    shown = urlencode({ours: text(row, theirs) for ours, theirs in names.items()})
    company = text(row, "companyTypeName")
    return Record(
        id=text(row, "id"),
        url=urljoin(url, f"/#/noticeDetail?{shown}"),
        title=title(row, "name"),
        published=moment(row, "publishDate"),
        label=text(row, "publishOneType_dictText"),
        buyer=text(row, "companyName"),
        project_code=text(row, "projectCode"),
        region=company if company in REGIONS.by_label else "",
    )
