"""上海政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyShanghai(ZcySpider):
    name = "zcy-shanghai"
    title_en = "Shanghai Government Procurement Network"
    title_zh = "上海政府采购网"
    publisher = "上海市财政局"
    region = "上海"
    url = "https://www.zfcg.sh.gov.cn/"
    expected_per_day = (20, 1500)
    silence_limit = 96
    evidence_date = "2026-01-01"
    confidence = "high"
    base = "https://www.zfcg.sh.gov.cn"
    parent = "137027"
