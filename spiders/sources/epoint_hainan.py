"""海南省公共资源交易服务平台 政府采购采购公告."""

from spiders.families.epoint import EpointSpider


class EpointHainan(EpointSpider):
    name = "epoint-hainan"
    title_en = "Hainan Public Resources Trading: procurement notices"
    title_zh = "海南省公共资源交易服务平台 政府采购采购公告"
    publisher = "海南省公共资源交易服务平台"
    region = "海南"
    url = "https://ggzy.hainan.gov.cn/ggzyjy/jyxx/003002/003002002/jyxx_list.html"
    channels = {"003002002": "采购公告"}  # noqa: RUF012
    expected_per_day = (0, 400)
    silence_limit = 240
    evidence_date = "2026-08-31"
    confidence = "medium"
