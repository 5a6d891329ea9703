"""中国移动采购与招标网: the list only."""

from spiders.families.b2b_10086 import B2bSpider


class B2b10086(B2bSpider):
    name = "b2b-10086"
    title_en = "China Mobile Procurement and Bidding Network (list)"
    title_zh = "中国移动采购与招标网（列表）"
    publisher = "中国移动通信集团有限公司"
    region = "全国"
    url = "https://b2b.10086.cn/"
    expected_per_day = (10, 1500)
    silence_limit = 96
    evidence_date = "2026-08-01"
    confidence = "high"
    branches = {  # noqa: RUF012
        "ONE_SOURCE_PROCUREMENT": "PROCUREMENT",
        "PURCHASE_OPINION": "PURCHASE_SERVICE",
        "PROCUREMENT": "PROCUREMENT",
    }
    # PROCUREMENT last: it is also the name of the branch that the first belongs to.
    channels = {  # noqa: RUF012
        "ONE_SOURCE_PROCUREMENT": "直接采购公告",
        "PURCHASE_OPINION": "采购意见征求公告",
        "PROCUREMENT": "采购公告",
    }
