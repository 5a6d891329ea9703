"""深圳公共资源交易中心, 政府采购."""

from spiders.families.szggzy import SzggzySpider


class SzggzyProcurement(SzggzySpider):
    name = "szggzy-procurement"
    title_en = "Shenzhen Public Resources Trading Center: government procurement"
    title_zh = "深圳公共资源交易中心 政府采购"
    publisher = "深圳公共资源交易中心"
    region = "广东 深圳"
    url = "https://www.szggzy.com/"
    expected_per_day = (5, 400)
    silence_limit = 96
    evidence_date = "2026-01-01"
    confidence = "high"
    branch = 2850
    trade = "政府采购"
    # The only kind whose name in the site's filter is evidenced.
    channels = {"采购公告": "采购公告"}  # noqa: RUF012
