"""贵州省政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyGuizhou(ZcySpider):
    name = "zcy-guizhou"
    title_en = "Guizhou Government Procurement Network"
    title_zh = "贵州省政府采购网"
    publisher = "贵州省财政厅"
    region = "贵州"
    url = "http://www.ccgp-guizhou.gov.cn/"
    expected_per_day = (0, 1500)
    silence_limit = 120
    evidence_date = "2023-01-01"
    confidence = "medium"
    base = "http://www.ccgp-guizhou.gov.cn"
