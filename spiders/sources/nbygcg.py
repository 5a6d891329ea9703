"""宁波阳光采购, bulletins with their bodies."""

from spiders.families.nbygcg import NbygcgSpider


class Nbygcg(NbygcgSpider):
    name = "nbygcg"
    title_en = "Ningbo Sunshine Procurement Platform"
    title_zh = "宁波阳光采购服务平台"
    publisher = "宁波产权交易中心"
    region = "浙江 宁波"
    url = "https://ygcg.nbcqjy.org/"
    expected_per_day = (0, 200)
    silence_limit = 120
    evidence_date = "2026-02-28"
    confidence = "medium-high"
    channels = {"21": "采购公告"}  # noqa: RUF012
