"""深圳公共资源交易中心, 建设工程."""

from spiders.families.szggzy import SzggzySpider


class SzggzyConstruction(SzggzySpider):
    name = "szggzy-construction"
    title_en = "Shenzhen Public Resources Trading Center: construction works"
    title_zh = "深圳公共资源交易中心 建设工程"
    publisher = "深圳公共资源交易中心"
    region = "广东 深圳"
    url = "https://www.szggzy.com/"
    expected_per_day = (5, 400)
    silence_limit = 96
    evidence_date = "2026-05-27"
    confidence = "medium"
    branch = 2851
    trade = ""
    channels = {"招标公告": "招标公告", "定标公示": "定标公示"}  # noqa: RUF012
