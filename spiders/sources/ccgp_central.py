"""中国政府采购网, notices of the central government's buyers."""

from spiders.families.ccgp import CcgpSpider


class CcgpCentral(CcgpSpider):
    name = "ccgp-central"
    title_en = "China Government Procurement Network: central notices"
    title_zh = "中国政府采购网 中央公告"
    publisher = "中华人民共和国财政部"
    region = "全国"
    url = "http://www.ccgp.gov.cn/cggg/zygg/"
    half = "zygg"
    expected_per_day = (50, 600)
    silence_limit = 96
    evidence_date = "2026-09-11"
    confidence = "high"
