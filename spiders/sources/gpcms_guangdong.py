"""广东省政府采购网, on GPCMS."""

from spiders.families.gpcms import GpcmsSpider


class GpcmsGuangdong(GpcmsSpider):
    name = "gpcms-guangdong"
    title_en = "Guangdong Government Procurement Network"
    title_zh = "广东省政府采购网"
    publisher = "广东省财政厅"
    region = "广东"
    url = "https://gdgpo.czt.gd.gov.cn/"
    expected_per_day = (50, 3000)
    silence_limit = 96
    evidence_date = "2026-08-01"
    confidence = "medium-high"
    site_id = "cd64e06a-21a7-4620-aebc-0576bab7e07a"
    channel = "fca71be5-fc0c-45db-96af-f513e9abda9d,95ff31f3-a1af-4bc4-b1a2-54c894476193"
