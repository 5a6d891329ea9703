"""北京市政府采购网."""

from spiders.families.static import StaticSpider
from spiders.pages.article import Template
from spiders.pages.static import Layout


class StaticBeijing(StaticSpider):
    name = "static-beijing"
    title_en = "Beijing Government Procurement: tenders and awards of city and districts"
    title_zh = "北京市政府采购网 市级和区级招标、中标公告"
    publisher = "北京市财政局"
    region = "北京"
    url = "http://www.ccgp-beijing.gov.cn/"
    channels = {  # noqa: RUF012
        "/xxgg/sjxxgg/zbgg/A002004001001index_": "招标公告",
        "/xxgg/sjxxgg/zbggs/A002004001002index_": "中标公告",
        "/xxgg/qjxxgg/qjzbgg/A002004002001index_": "招标公告",
        "/xxgg/qjxxgg/qjzbggs/A002004002002index_": "中标公告",
    }
    ending = ".htm"
    layout = Layout(
        lists="//*[contains(@class, 'inner-ul')]",
        items=".//li",
        address=r"/([^/]*\d[^/]*)\.html?$",
        template=Template(
            body=("//*[@id='BodyLabel']",),
            title=("//*[contains(@class, 'xl-box-t')]/*[1]", "//meta[@name='ArticleTitle']/@content"),
            published=("//*[contains(@class, 'xl-box-t')]",),
            files=("//*[contains(@class, 'xl-box')]",),
        ),
    )
    expected_per_day = (5, 600)
    silence_limit = 240
    evidence_date = "2026-09-01"
    confidence = "medium-high"
