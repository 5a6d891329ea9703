"""黑龙江省公共资源交易网 政府采购."""

from spiders.families.epoint import EpointSpider


class EpointHeilongjiang(EpointSpider):
    name = "epoint-heilongjiang"
    title_en = "Heilongjiang Public Resources Trading: government procurement"
    title_zh = "黑龙江省公共资源交易网 政府采购"
    publisher = "黑龙江省公共资源交易网"
    region = "黑龙江"
    url = "https://ggzyjyw.hlj.gov.cn/"
    channels = {"003": "政府采购"}  # noqa: RUF012
    by_site_number = True
    expected_per_day = (0, 1500)
    silence_limit = 240
    evidence_date = "2026-08-31"
    confidence = "low"
