"""全军武器装备采购信息网, 采购公告: titles only."""

from spiders.families.weain import WeainSpider


class WeainTenders(WeainSpider):
    name = "weain-tenders"
    title_en = "Weapon and Equipment Procurement Information Network: notices (titles)"
    title_zh = "全军武器装备采购信息网 采购公告（仅标题）"
    publisher = "中央军委装备发展部"
    region = "全国"
    url = "https://www.weain.mil.cn/cggg/jdgg/list.shtml"
    expected_per_day = (0, 300)
    silence_limit = 168
    evidence_date = "2026-10-03"
    confidence = "high"
    lists = "cggg"
    channels = {"1149231276155707394": "采购公告", "1149231318006472705": "采购公告"}  # noqa: RUF012
