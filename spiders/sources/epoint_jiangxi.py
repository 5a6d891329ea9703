"""江西省公共资源交易网 政府采购."""

from spiders.families.epoint import EpointSpider


class EpointJiangxi(EpointSpider):
    name = "epoint-jiangxi"
    title_en = "Jiangxi Public Resources Trading: government procurement"
    title_zh = "江西省公共资源交易网 政府采购"
    publisher = "江西省公共资源交易网"
    region = "江西"
    url = "https://www.jxsggzy.cn/"
    channels = {"002006": "政府采购"}  # noqa: RUF012
    path = "/XZinterface/rest/esinteligentsearch/getFullTextDataNew"
    expected_per_day = (5, 1500)
    silence_limit = 240
    evidence_date = "2026-08-31"
    confidence = "medium"
