"""山西省政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyShanxi(ZcySpider):
    name = "zcy-shanxi"
    title_en = "Shanxi Government Procurement Network"
    title_zh = "山西省政府采购网"
    publisher = "山西省财政厅"
    region = "山西"
    url = "http://www.ccgp-shanxi.gov.cn/"
    expected_per_day = (20, 1500)
    silence_limit = 96
    evidence_date = "2026-01-01"
    confidence = "medium-high"
    base = "http://www.ccgp-shanxi.gov.cn"
