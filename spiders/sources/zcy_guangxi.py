"""广西壮族自治区政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyGuangxi(ZcySpider):
    name = "zcy-guangxi"
    title_en = "Guangxi Government Procurement Network"
    title_zh = "广西壮族自治区政府采购网"
    publisher = "广西壮族自治区财政厅"
    region = "广西"
    url = "http://zfcg.gxzf.gov.cn/"
    expected_per_day = (20, 2000)
    silence_limit = 96
    evidence_date = "2025-11-01"
    confidence = "medium-high"
    base = "http://zfcg.gxzf.gov.cn"
    parent = "66485"
