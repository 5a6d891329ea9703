"""深圳大学招投标管理中心."""

from spiders.families.vsb import VsbSpider


class SzuBidding(VsbSpider):
    name = "szu-bidding"
    title_en = "Shenzhen University, bidding centre: purchase intentions"
    title_zh = "深圳大学招投标管理中心 采购意向公开"
    publisher = "深圳大学"
    region = "广东"
    url = "https://bidding.szu.edu.cn/"
    channels = {"/cggg/cgyxgk.htm": "采购意向公开"}  # noqa: RUF012
    expected_per_day = (0, 60)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "medium"
