"""Reads the answers of the FreeCMS product and its successor GPCMS: lists of notices, most with their bodies."""

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from notices.errors import UnreadablePageError
from spiders.pages.answer import at, markup, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.record import Listing, Record, completed, known_label, listing

# noticeType, one to many of a kind; a question may name several, parted by commas (2026). Where the codes of a group
# mean two kinds (资格预审 or 需求公示, 验收 or 其他), the title or the body decides.
KINDS = {
    "59,5E": "采购意向",
    "00101,001011": "采购公告",
    "001051,00105F": "单一来源公示",
    "001052,001053,00105B": "其他公告",
    "00102,001021,001022,001023,001024,001025,001026,001027,001028,001029": "中标（成交）结果公告",
    "001031,001032,001003": "更正公告",
    "001004,001006": "终止公告",
    "001054,00100B": "合同公告",
    "001009,00105A,00100C": "其他公告",
}
_LABELS = {code: label for codes, label in KINDS.items() for code in codes.split(",")}


def label_of(codes: str) -> str:
    """Our word for a noticeType ("00101" or "00101,001011"); "" for one that no list knows."""
    return next((_LABELS[code.strip()] for code in codes.split(",") if code.strip() in _LABELS), "")


def read_list(body: bytes, base: str, page: str = "") -> Listing:
    """A page of a list in either generation's shape. `page` is where a notice's page lies if its row does not say:
    a path with {year} and {id}.
    """
    answer = read_answer(body, base)
    newer = isinstance(at(answer, "data"), dict)
    rows = rows_at(answer, base, *(("data", "rows") if newer else ("data",)))
    total = number(at(answer, "data", "total") if newer else answer.get("total"))
    return listing((_record(row, base, page) for row in rows), total)


def read_detail(body: bytes, record: Record) -> Record:
    """The record with the body that getInfoById gives; UnreadablePageError if the answer is no notice."""
    answer = read_answer(body, record.url)
    data = at(answer, "data")
    if not isinstance(data, dict) or not (data.get("title") or data.get("content") or data.get("noticeContent")):
        raise UnreadablePageError(f"no notice at data; the site says {words_of(answer)!r}")
    full = completed(record, **_fields(data))
    return replace(full, html=markup(data, "content", "noticeContent"), files=_files(data, record.url))


def _record(row: dict[str, Any], base: str, page: str) -> Record:
    identity = text(row, "id", "noticeId")
    published = moment(row, "noticeTime", "addtimeStr")
    path = text(row, "pageurl", "htmlpath") or page.format(id=identity, year=published.year if published else "")
    bare = Record(
        id=identity,
        url=urljoin(base, path),
        title="",
        published=published,
        html=markup(row, "content", "noticeContent"),
        files=_files(row, base),
    )
    return replace(bare, **_fields(row))  # type: ignore[arg-type]


def _fields(row: dict[str, Any]) -> dict[str, str]:
    said = {
        "title": title(row, "title", "shorttitle"),
        "label": known_label(text(row, "noticeTypeName"), label_of(text(row, "noticeType"))),
        "buyer": text(row, "purchaser"),
        "agency": text(row, "agency"),
        "project_code": text(row, "openTenderCode"),
        "method": text(row, "purchaseMannerName"),
        "region": text(row, "regionName"),
    }
    return {name: value for name, value in said.items() if value}


def _files(row: dict[str, Any], base: str) -> tuple[tuple[str, str], ...]:
    listed = row.get("attchList")
    files = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return tuple(
        (urljoin(base, text(each, "fileUrl")), text(each, "fileName")) for each in files if each.get("fileUrl")
    )
