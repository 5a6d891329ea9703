"""Every source beside a test site that speaks its protocol: one table for what must hold of all of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from spiders.base import NoticeSpider
from spiders.reference import declared_sources
from tests.portal import articles, campus, epoint, sfw_cms
from tests.portal.b2b_10086 import B2bSite
from tests.portal.campus import ChtmlSite, VsbSite, WebplusSite
from tests.portal.freecms import FreecmsSite, GpcmsSite
from tests.portal.ggzy import GgzySite
from tests.portal.mofcom import MofcomSite
from tests.portal.nbygcg import NbygcgSite
from tests.portal.pages import PortalNotice
from tests.portal.portal import FaultyPortal
from tests.portal.provincial import FrameSite, HubeiSite, StaticSite, WasSite
from tests.portal.site import SitePortal
from tests.portal.szggzy import SzggzySite
from tests.portal.weain import WeainSite
from tests.portal.zcy import ZcySite

BODY = "<p>项目编号：WC-{0}</p><p>采购人名称：望潮市公共事务中心</p><p>采购内容：办公桌{0}张、文件柜2组。</p>"


@dataclass
class Subject:
    """A source and its portal. Notices are told apart by number: `publish` puts one there, `edit` changes its body,
    `delete` takes it down."""

    source: type[NoticeSpider]
    portal: FaultyPortal
    held: list[Any]
    made: Callable[[int, datetime], Any]

    @property
    def name(self) -> str:
        return self.source.name

    def publish(self, *dated: tuple[int, datetime]) -> None:
        """Newest first, as sites list them."""
        notices = [self.made(number, moment) for number, moment in dated]
        if isinstance(self.portal, SitePortal):
            self.held[:0] = notices
        else:
            self.portal.publish(*notices)

    def edit(self, number: int, body: str) -> None:
        if not isinstance(self.portal, SitePortal):
            self.portal.edit(str(70_000_000 + number), body=body)
            return
        place = self._place(number)
        self.held[place] = replace(self.held[place], body=body)

    def delete(self, number: int) -> None:
        if isinstance(self.portal, SitePortal):
            del self.held[self._place(number)]
        else:
            self.portal.delete(str(70_000_000 + number))

    def _place(self, number: int) -> int:
        return next(place for place, each in enumerate(self.held) if each.title == title_of(number))


def subject_of(source: type[NoticeSpider]) -> Subject:
    return MAKERS[source.family](source)


def one_of_each_family() -> list[type[NoticeSpider]]:
    chosen: dict[str, type[NoticeSpider]] = {}
    for source in declared_sources():
        chosen.setdefault(source.family, source)
    return list(chosen.values())


def title_of(number: int) -> str:
    return f"望潮市办公物资采购公告（第{number}号）"


def _first(source: Any) -> str:
    return next(iter(source.channels))


def _ccgp(source: Any) -> Subject:
    def made(number: int, moment: datetime) -> PortalNotice:
        return PortalNotice(
            str(70_000_000 + number), f"{source.half}/gkzb", title_of(number), moment, body=BODY.format(number)
        )

    return Subject(source, FaultyPortal(), [], made)


def _shelved(make_site: Callable[[Any, articles.Shelf], Any], code: str = "", *, bodies: bool = True) -> Any:
    def subject(source: Any) -> Subject:
        shelf = articles.Shelf()

        def made(number: int, moment: datetime) -> articles.Article:
            body = BODY.format(number) if bodies else ""
            return articles.Article(
                f"n{number:05d}",
                _first(source),
                title_of(number),
                moment,
                body,
                "望潮市公共事务中心",
                f"{code}WC-{number}",
            )

        return Subject(source, SitePortal(make_site(source, shelf)), shelf.articles, made)

    return subject


def _freecms(source: Any, shelf: articles.Shelf) -> FreecmsSite:
    return FreecmsSite(shelf, urlsplit(source.service).path, with_days=source.is_dated)


def _campus(make_site: Callable[[Any], Any]) -> Any:
    def subject(source: Any) -> Subject:
        site = make_site(source)

        def made(number: int, moment: datetime) -> campus.Article:
            return campus.Article(3000 + number, title_of(number), moment, BODY.format(number))

        return Subject(source, SitePortal(site), site.published, made)

    return subject


def _static(source: Any) -> StaticSite | HubeiSite:
    return StaticSite([]) if source.ending == ".htm" else HubeiSite([])


def _epoint(source: Any) -> Subject:
    site = epoint.EpointSite([])

    def made(number: int, moment: datetime) -> epoint.Entry:
        return epoint.Entry(f"e{number:05d}", _first(source), title_of(number), moment, BODY.format(number))

    return Subject(source, SitePortal(site), site.published, made)


def _sfw_cms(source: Any) -> Subject:
    site = sfw_cms.SfwCmsSite([], first_row=source.first_row)

    def made(number: int, moment: datetime) -> sfw_cms.Publication:
        return sfw_cms.Publication(f"7{number}", f"s{number}", title_of(number), moment, body=BODY.format(number))

    return Subject(source, SitePortal(site), site.published, made)


MAKERS: dict[str, Callable[[Any], Subject]] = {
    "b2b_10086": _shelved(lambda _, shelf: B2bSite(shelf), bodies=False),
    "ccgp": _ccgp,
    "chtml": _campus(lambda _: ChtmlSite([])),
    "epoint": _epoint,
    "freecms": _shelved(_freecms),
    "ggzy": _shelved(lambda _, shelf: GgzySite(shelf), "110000-"),
    "gpcms": _shelved(lambda _, shelf: GpcmsSite(shelf)),
    "henan": _campus(lambda _: FrameSite([])),
    "mofcom": _shelved(lambda _, shelf: MofcomSite(shelf)),
    "nbygcg": _shelved(lambda _, shelf: NbygcgSite(shelf)),
    "sfw_cms": _sfw_cms,
    "static": _campus(_static),
    "szggzy": _shelved(lambda _, shelf: SzggzySite(shelf)),
    "vsb": _campus(lambda source: VsbSite([], _first(source))),
    "was5": _campus(lambda _: WasSite([])),
    "weain": _shelved(lambda _, shelf: WeainSite(shelf), bodies=False),
    "webplus": _campus(lambda _: WebplusSite([])),
    "zcy": _shelved(lambda _, shelf: ZcySite(shelf)),
}
