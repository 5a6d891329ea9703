"""江南大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwJiangnan(SfwCmsSpider):
    name = "sfw-jiangnan"
    title_en = "Jiangnan University, bidding"
    title_zh = "江南大学 采购信息"
    publisher = "江南大学"
    region = "江苏"
    url = "https://bidding.jiangnan.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    categories = {"ZCXQ": "4802"}  # noqa: RUF012
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2023-12-31"
    confidence = "low"
