"""四川省公共资源交易信息网 政府采购."""

from spiders.families.epoint import EpointSpider


class EpointSichuan(EpointSpider):
    name = "epoint-sichuan"
    title_en = "Sichuan Public Resources Trading: government procurement"
    title_zh = "四川省公共资源交易信息网 政府采购"
    publisher = "四川省公共资源交易中心"
    region = "四川"
    url = "https://ggzyjy.sc.gov.cn/jyxx/transactionInfo.html"
    channels = {"002002001": "采购公告", "002002003": "中标（成交）结果公告"}  # noqa: RUF012
    further = (("ZHUANZAI", "四川省政府采购网"),)
    expected_per_day = (20, 1500)
    silence_limit = 240
    evidence_date = "2026-03-31"
    confidence = "high"
