"""全国公共资源交易平台, government procurement of all provinces."""

from spiders.families.ggzy import GgzySpider


class GgzyProcurement(GgzySpider):
    name = "ggzy-procurement"
    title_en = "National Public Resources Trading Platform: government procurement"
    title_zh = "全国公共资源交易平台 政府采购"
    publisher = "国家信息中心"
    region = "全国"
    url = "https://www.ggzy.gov.cn/deal/dealList.html"
    expected_per_day = (100, 3000)
    silence_limit = 96
    evidence_date = "2026-10-01"
    confidence = "high"
    classify = "02"
    channels = {"0201": "采购公告", "0202": "中标公告", "0203": "采购合同公告", "0204": "更正公告"}  # noqa: RUF012
