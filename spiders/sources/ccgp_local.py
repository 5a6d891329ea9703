"""中国政府采购网, notices of the provinces' and towns' buyers."""

from spiders.families.ccgp import CcgpSpider


class CcgpLocal(CcgpSpider):
    name = "ccgp-local"
    title_en = "China Government Procurement Network: local notices"
    title_zh = "中国政府采购网 地方公告"
    publisher = "中华人民共和国财政部"
    region = "全国"
    url = "http://www.ccgp.gov.cn/cggg/dfgg/"
    half = "dfgg"
    expected_per_day = (500, 6000)
    silence_limit = 96
    evidence_date = "2026-09-11"
    confidence = "high"
