"""青海省政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyQinghai(ZcySpider):
    name = "zcy-qinghai"
    title_en = "Qinghai Government Procurement Network"
    title_zh = "青海省政府采购网"
    publisher = "青海省财政厅"
    region = "青海"
    url = "http://www.ccgp-qinghai.gov.cn/"
    expected_per_day = (0, 600)
    silence_limit = 120
    evidence_date = "2023-01-01"
    confidence = "medium"
    base = "http://www.ccgp-qinghai.gov.cn"
