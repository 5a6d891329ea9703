"""Every family's test site behind one face: a source of it, a few notices, and what a test may do to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from tests.portal.articles import Shelf, made_up
from tests.portal.b2b_10086 import B2bSite
from tests.portal.campus import ChtmlSite, VsbSite, WebplusSite, articles
from tests.portal.ccgp import CcgpSite
from tests.portal.epoint import SEARCH, EpointSite, entries
from tests.portal.freecms import FreecmsSite, GpcmsSite
from tests.portal.ggzy import GgzySite
from tests.portal.nbygcg import NbygcgSite
from tests.portal.pages import made_up_notices
from tests.portal.provincial import FrameSite, StaticSite, WasSite
from tests.portal.sfw_cms import SfwCmsSite, publications
from tests.portal.site import NEWEST, Site
from tests.portal.szggzy import SzggzySite
from tests.portal.weain import WeainSite
from tests.portal.zcy import ZcySite

# Rows of a page of the sites whose page size is theirs to choose.
ROWS = 5
PLAP = "/freecms-glht/rest/v1/notice/selectInfoMoreChannel.do"


@dataclass(frozen=True, slots=True)
class Family:
    """`source` in spiders/sources, walked in one `channel` only. `lists` and `pages`: patterns of the addresses of its
    lists and of its notices' pages ("" if the list says all). `make`: so many notices, the newest first.
    """

    name: str
    source: str
    channel: str
    lists: str
    pages: str
    site: Callable[[list[Any]], Site]
    make: Callable[[int], list[Any]]
    identity: tuple[str, ...] = ("id",)

    def spider(self) -> type:
        """The source's class, walking the one channel."""
        module = import_module(f"spiders.sources.{self.source.replace('-', '_')}")
        declared = next(each for each in vars(module).values() if getattr(each, "name", None) == self.source)
        chosen = {name: label for name, label in declared.channels.items() if name == self.channel}
        assert chosen, f"{self.source} has no channel {self.channel}"
        return type(f"One{declared.__name__}", (declared,), {"channels": chosen})

    def late(self, stock: list[Any]) -> Any:
        """A notice that appears later than it is dated: it stands between the second and the third."""
        number = {name: 990_001 if isinstance(getattr(stock[0], name), int) else "990001" for name in self.identity}
        between = stock[2].published + (stock[1].published - stock[2].published) / 2
        return replace(stock[2], **number, title="望潮市迟到的采购公告", published=between)

    def newest(self, stock: list[Any]) -> Any:
        """A notice that is newer than all."""
        number = {name: 990_002 if isinstance(getattr(stock[0], name), int) else "990002" for name in self.identity}
        return replace(
            stock[0], **number, title="望潮市最新采购公告", published=stock[0].published + timedelta(minutes=5)
        )


def stock_of(site: Site) -> list[Any]:
    """The list of notices that a site shows; what is done to it is seen at once."""
    shelf = getattr(site, "shelf", None)
    return shelf.articles if shelf is not None else site.published  # type: ignore[attr-defined]


def _on_shelf(make: Callable[[Shelf], Site]) -> Callable[[list[Any]], Site]:
    return lambda stock: make(Shelf(stock, most_rows=ROWS))


def _shelved(channel: str, **changes: Any) -> Callable[[int], list[Any]]:
    return lambda count: [
        replace(each, code=f"110000-{each.code}", **changes) for each in made_up(count, channel, hours=2)
    ]


FAMILIES = (
    Family("ccgp", "ccgp-central", "gkzb", "/cggg/zygg/gkzb/*", "/cggg/zygg/gkzb/*/t*.htm", CcgpSite,
           lambda count: made_up_notices(count, ["zygg/gkzb"], NEWEST)),
    Family("zcy", "zcy-shanghai", "ZcyAnnouncement3001", "/portal/category", "/portal/detail*", _on_shelf(ZcySite),
           _shelved("ZcyAnnouncement3001")),
    Family("gpcms", "gpcms-guangdong", "00101,001011", "/gpcms/rest/web/v2/info/selectInfoForIndex*",
           "/gpcms/rest/web/v2/info/getInfoById*", _on_shelf(GpcmsSite), _shelved("00101")),
    Family("freecms", "freecms-plap", "00101,001011", f"{PLAP}*", "", _on_shelf(lambda s: FreecmsSite(s, PLAP)),
           _shelved("00101")),
    Family("ggzy", "ggzy-procurement", "0201", "/information/pubTradingInfo/getTradList", "/information/deal/html/b/*",
           _on_shelf(GgzySite), _shelved("0201")),
    Family("weain", "weain-tenders", "1149231276155707394", "/api/front/list/*", "", _on_shelf(WeainSite),
           _shelved("1149231276155707394", body="")),
    Family("szggzy", "szggzy-construction", "招标公告", "/cms/api/v1/trade/content/page",
           "/cms/api/v1/trade/content/detail*", _on_shelf(SzggzySite), _shelved("招标公告")),
    Family("b2b_10086", "b2b-10086", "PROCUREMENT", "/api-b2b/*queryList", "", _on_shelf(B2bSite),
           _shelved("PROCUREMENT", body="")),
    Family("nbygcg", "nbygcg", "21", "/api/Portal/GetBulletinList", "", _on_shelf(NbygcgSite), _shelved("21")),
    Family("epoint", "epoint-sichuan", "002002001", SEARCH, "/jyxx/*", EpointSite, entries, ("infoid",)),
    Family("sfw_cms", "sfw-sztu", "ZCXQ", "/sfw_cms/e", "/api/publish/*", SfwCmsSite, publications, ("id", "shared")),
    Family("vsb", "nuist-bulletin", "/zbxx.htm", "/zbxx*.htm", "/info/*", VsbSite, articles, ("number",)),
    Family("webplus", "hrbust-gzc", "/1291/", "/1291/list*", "/20*/page.htm", WebplusSite, articles, ("number",)),
    Family("chtml", "nju-zbb", "/cgxxhw/", "/cgxxhw/index*", "/cgxxhw/20*", ChtmlSite, articles, ("number",)),
    Family("static", "static-beijing", "/xxgg/sjxxgg/zbgg/A002004001001index_", "/xxgg/sjxxgg/zbgg/*index_*",
           "/xxgg/sjxxgg/zbgg/20*", StaticSite, articles, ("number",)),
    Family("was5", "was5-hebei", "zbggAAAS", "/was5/web/search*", "/cggg/zbgg/*", WasSite, articles, ("number",)),
    Family("henan", "henan", "1", "/henan/list2*", "/henan/content*", FrameSite, articles, ("number",)),
)  # fmt: skip
