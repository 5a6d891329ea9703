"""河北省政府采购网."""

from spiders.families.was5 import Was5Spider


class Was5Hebei(Was5Spider):
    name = "was5-hebei"
    title_en = "Hebei Government Procurement"
    title_zh = "河北省政府采购网"
    publisher = "河北省财政厅"
    region = "河北"
    url = "https://www.ccgp-hebei.gov.cn/"
    channel_id = "217003"
    channels = {  # noqa: RUF012
        "zbggAAAS": "招标公告",
        "zhbggAAAS": "中标公告",
        "gzggAAAS": "更正公告",
        "fbggAAAS": "终止公告",
        "dylyAAAS": "单一来源公示",
        "zfcgyx": "采购意向",
    }
    expected_per_day = (5, 1500)
    silence_limit = 240
    evidence_date = "2026-06-30"
    confidence = "medium"
