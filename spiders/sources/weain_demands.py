"""全军武器装备采购信息网, 采购需求: titles only."""

from spiders.families.weain import WeainSpider


class WeainDemands(WeainSpider):
    name = "weain-demands"
    title_en = "Weapon and Equipment Procurement Information Network: demands (titles)"
    title_zh = "全军武器装备采购信息网 采购需求（仅标题）"
    publisher = "中央军委装备发展部"
    region = "全国"
    url = "https://www.weain.mil.cn/"
    expected_per_day = (0, 300)
    silence_limit = 168
    evidence_date = "2026-10-03"
    confidence = "high"
    lists = "cgxq"
    channels = {  # noqa: RUF012
        "HZ287281676ce46401676cf0975c000e": "采购需求",
        "HZ287281676ce46401676cf59ca5001b": "采购需求",
    }
