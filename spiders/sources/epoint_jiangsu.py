"""江苏省公共资源交易网 政府采购."""

from spiders.families.epoint import EpointSpider


class EpointJiangsu(EpointSpider):
    name = "epoint-jiangsu"
    title_en = "Jiangsu Public Resources Trading: government procurement"
    title_zh = "江苏省公共资源交易网 政府采购"
    publisher = "江苏省公共资源交易平台"
    region = "江苏"
    url = "http://jsggzy.jszwfw.gov.cn/"
    channels = {"003004": "政府采购"}  # noqa: RUF012
    date_field = "infodatepx"
    expected_per_day = (10, 1500)
    silence_limit = 240
    evidence_date = "2026-05-29"
    confidence = "medium"
