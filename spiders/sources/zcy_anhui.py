"""安徽省政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyAnhui(ZcySpider):
    name = "zcy-anhui"
    title_en = "Anhui Government Procurement Network"
    title_zh = "安徽省政府采购网"
    publisher = "安徽省财政厅"
    region = "安徽"
    url = "https://www.ccgp-anhui.gov.cn/"
    expected_per_day = (20, 2000)
    silence_limit = 96
    evidence_date = "2025-09-01"
    confidence = "medium"
    base = "https://www.ccgp-anhui.gov.cn"
