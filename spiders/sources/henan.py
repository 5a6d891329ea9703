"""河南省政府采购网."""

from spiders.families.henan import HenanSpider


class Henan(HenanSpider):
    name = "henan"
    title_en = "Henan Government Procurement: procurement notices of province, cities and counties"
    title_zh = "河南省政府采购网 省级和市县采购公告"
    publisher = "河南省财政厅"
    region = "河南"
    url = "https://zfcg.henan.gov.cn/"
    channels = {"1": "采购公告", "2": "采购公告"}  # noqa: RUF012
    expected_per_day = (5, 1000)
    silence_limit = 240
    evidence_date = "2026-11-22"
    confidence = "medium"
