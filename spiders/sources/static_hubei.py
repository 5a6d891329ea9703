"""湖北省政府采购网."""

from spiders.families.static import StaticSpider
from spiders.pages.article import Template
from spiders.pages.static import Layout


class StaticHubei(StaticSpider):
    name = "static-hubei"
    title_en = "Hubei Government Procurement: notices of province, cities and counties"
    title_zh = "湖北省政府采购网 省级和市县公告"
    publisher = "湖北省财政厅"
    region = "湖北"
    url = "https://www.ccgp-hubei.gov.cn/"
    channels = {  # noqa: RUF012
        "/notice/cggg/pzbgg/index_": "招标公告",
        "/notice/cggg/pzhbgg/index_": "中标公告",
        "/notice/cggg/pgzgg/index_": "更正公告",
        "/notice/cggg/pfbgg/index_": "终止公告",
        "/notice/cggg/pdylygg/index_": "单一来源公示",
        "/notice/cggg/czbgg/index_": "招标公告",
        "/notice/cggg/czhbgg/index_": "中标公告",
        "/notice/cggg/cgzgg/index_": "更正公告",
        "/notice/cggg/cfbgg/index_": "终止公告",
    }
    ending = ".html"
    layout = Layout(
        lists="//ul[li/a[contains(@href, '/notice/') or contains(@href, 'notice_')]] | //ul[contains(@class, 'list')]",
        items="./li[a][span]",
        address=r"/notice_([0-9a-f]{32})\.html$",
        template=Template(
            body=("//*[contains(@class, 'art_con')]",),
            title=("//h2", "//h1"),
            published=("//*[not(*)][contains(., '发布日期') or contains(., '发布时间')]",),
        ),
    )
    expected_per_day = (5, 1200)
    silence_limit = 240
    evidence_date = "2026-08-18"
    confidence = "medium"
