"""Saved pages of the families that read HTML or JSON: what each is, and how its family reads it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from notices.notice import Notice
from spiders.pages import chtml, epoint, henan, mofcom, sfw_cms, static, vsb, was5, webplus
from spiders.pages.article import Asked
from spiders.pages.listed import ListPage
from spiders.pages.record import Listing, Record, read_record
from spiders.sources import hrbust_gzc, nju_zbb, nuist_bulletin, static_beijing, static_hubei, szu_bidding

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

ListReader = Callable[[bytes, str, str | None], ListPage | Listing]
NoticeReader = Callable[[bytes, Asked, str | None], Notice]


@dataclass(frozen=True, slots=True)
class Case:
    """A saved page beside its meta.json; the golden file has the name of what it reads as."""

    folder: Path

    @property
    def meta(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))
        return read

    @property
    def source(self) -> str:
        return self.folder.parent.name

    @property
    def is_list(self) -> bool:
        return self.meta.get("kind") == "list"

    @property
    def page(self) -> bytes:
        (path,) = [*self.folder.glob("page.*"), *self.folder.glob("list.html"), *self.folder.glob("rows.json")]
        return path.read_bytes()

    @property
    def golden(self) -> Path:
        return self.folder / ("list-page.json" if self.is_list else "notice.json")

    def read(self) -> ListPage | Listing | Notice:
        read_list, read_notice = READERS[self.source]
        meta = self.meta
        if self.is_list:
            return read_list(self.page, meta["url"], meta.get("content_type"))
        asked = Asked(self.source, meta["id"], meta["url"], meta["label"], meta.get("title", ""))
        return read_notice(self.page, asked, meta.get("content_type"))

    def read_as_json(self) -> Any:
        """A notice whole; a list without the fields that its rows leave empty."""
        facts = json.loads(json.dumps(asdict(self.read()), ensure_ascii=False, default=str))
        if self.is_list:
            facts["rows"] = [{name: value for name, value in row.items() if value} for row in facts["rows"]]
        return facts


def vsb_list(items: str) -> ListReader:
    return lambda page, url, content_type: vsb.read_list(page, url, content_type, items)


def epoint_list(date_field: str) -> ListReader:
    return lambda page, url, content_type: epoint.read_list(page, url, date_field)


def epoint_notice(page: bytes, asked: Asked, content_type: str | None) -> Notice:
    record = Record(asked.id, asked.url, asked.title, None)
    return read_record(epoint.read_detail(page, record, content_type), asked.source, asked.label)


def sfw_list(page: bytes, url: str, content_type: str | None) -> Listing:
    return sfw_cms.read_list(page, url)


def sfw_notice(page: bytes, asked: Asked, content_type: str | None) -> Notice:
    record = Record(asked.id, asked.url, asked.title, None)
    return read_record(sfw_cms.read_detail(page, record), asked.source, asked.label)


def static_list(layout: static.Layout) -> ListReader:
    return lambda page, url, content_type: static.read_list(page, url, layout, content_type)


def static_notice(layout: static.Layout) -> NoticeReader:
    return lambda page, asked, content_type: static.read_notice(page, layout, asked, content_type)


def was5_list(page: bytes, url: str, content_type: str | None) -> Listing:
    return was5.read_list(page, url)


def was5_notice(page: bytes, asked: Asked, content_type: str | None) -> Notice:
    record = Record(asked.id, asked.url, asked.title, None)
    return read_record(was5.read_detail(page, record, content_type), asked.source, asked.label)


def mofcom_list(page: bytes, url: str, content_type: str | None) -> Listing:
    return mofcom.read_list(page, url)


def mofcom_notice(page: bytes, asked: Asked, content_type: str | None) -> Notice:
    record = Record(asked.id, asked.url, asked.title, None)
    return read_record(mofcom.read_detail(page, record, content_type), asked.source, asked.label)


BEIJING, HUBEI = static_beijing.StaticBeijing.layout, static_hubei.StaticHubei.layout
EPOINT = ("sichuan", "jiangsu", "zhejiang", "jiangxi", "hainan", "heilongjiang")
SFW_CMS = ("sztu", "kust", "dlut", "nankai", "cqu", "bnu", "nefu", "jiangnan")

READERS: dict[str, tuple[ListReader, NoticeReader]] = {
    szu_bidding.SzuBidding.name: (vsb_list(szu_bidding.SzuBidding.items), vsb.read_notice),
    nuist_bulletin.NuistBulletin.name: (vsb_list(nuist_bulletin.NuistBulletin.items), vsb.read_notice),
    hrbust_gzc.HrbustGzc.name: (webplus.read_list, webplus.read_notice),
    nju_zbb.NjuZbb.name: (chtml.read_list, chtml.read_notice),
    "static-beijing": (static_list(BEIJING), static_notice(BEIJING)),
    "static-hubei": (static_list(HUBEI), static_notice(HUBEI)),
    "was5-hebei": (was5_list, was5_notice),
    "mofcom": (mofcom_list, mofcom_notice),
    "henan": (henan.read_list, henan.read_notice),
    **{f"epoint-{name}": (epoint_list("webdate"), epoint_notice) for name in EPOINT},
    **{f"sfw-{name}": (sfw_list, sfw_notice) for name in SFW_CMS},
}

CASES = [
    Case(meta.parent)
    for source in READERS
    for meta in sorted(FIXTURES.glob(f"{source}/*/meta.json"))
    # What has a truth.json is judged by test_golden_truths.py.
    if not (meta.parent / "truth.json").exists()
]
