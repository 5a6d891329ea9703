"""浙江省公共资源交易服务平台."""

from spiders.families.epoint import EpointSpider


class EpointZhejiang(EpointSpider):
    name = "epoint-zhejiang"
    title_en = "Zhejiang Public Resources Trading"
    title_zh = "浙江省公共资源交易服务平台"
    publisher = "浙江省公共资源交易服务平台"
    region = "浙江"
    url = "https://ggzy.zj.gov.cn/"
    channels = {"002": "政府采购"}  # noqa: RUF012
    expected_per_day = (0, 3000)
    silence_limit = 240
    evidence_date = "2026-07-31"
    confidence = "low"
