"""陕西省政府采购网, on GPCMS."""

from spiders.families.gpcms import GpcmsSpider


class GpcmsShaanxi(GpcmsSpider):
    name = "gpcms-shaanxi"
    title_en = "Shaanxi Government Procurement Network"
    title_zh = "陕西省政府采购网"
    publisher = "陕西省财政厅"
    region = "陕西"
    url = "https://www.ccgp-shaanxi.gov.cn/"
    expected_per_day = (10, 1500)
    silence_limit = 96
    evidence_date = "2026-01-01"
    confidence = "medium"
    site_id = "a7a15d60-de5b-42f2-b35a-7e3efc34e54f"
    channel = "1eb454a2-7ff7-4a3b-b12c-12acc2685bd1"
    region_code = "610001"
