"""Reads the bulletins of 宁波市阳光采购服务平台 (ygcg.nbcqjy.org): a list whose rows hold the whole bodies."""

from typing import Any
from urllib.parse import urlencode, urljoin

from spiders.pages.answer import at, markup, moment, number, read_answer, rows_at, text, title
from spiders.pages.record import Listing, Record, listing


def read_list(body: bytes, url: str) -> Listing:
    """A page of the list; UnreadablePageError if it is none."""
    answer = read_answer(body, url)
    rows = rows_at(answer, url, "body", "data")
    total = next((count for name in ("total", "totalCount") if (count := number(at(answer, "body", name)))), None)
    return listing((_record(row, url) for row in rows), total)


def _record(row: dict[str, Any], url: str) -> Record:
    identity = text(row, "autoId", "bulletinId")
    return Record(
        id=identity,
        url=urljoin(url, "/detail?" + urlencode({"bulletinId": identity})),
        title=title(row, "bulletinTitle"),
        published=moment(row, "publishDate"),
        html=markup(row, "bulletinContent"),
        project_code=text(row, "prjNo"),
    )
