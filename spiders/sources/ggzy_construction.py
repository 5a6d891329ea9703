"""全国公共资源交易平台, tenders for construction works of all provinces."""

from spiders.families.ggzy import GgzySpider


class GgzyConstruction(GgzySpider):
    name = "ggzy-construction"
    title_en = "National Public Resources Trading Platform: construction works"
    title_zh = "全国公共资源交易平台 工程建设"
    publisher = "国家信息中心"
    region = "全国"
    url = "https://www.ggzy.gov.cn/deal/dealList.html"
    expected_per_day = (100, 4000)
    silence_limit = 96
    evidence_date = "2026-10-01"
    confidence = "medium"
    classify = "01"
    channels = {"0001": "招标公告", "0002": "成交公示"}  # noqa: RUF012
