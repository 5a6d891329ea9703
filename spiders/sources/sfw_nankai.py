"""南开大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwNankai(SfwCmsSpider):
    name = "sfw-nankai"
    title_en = "Nankai University, tender office"
    title_zh = "南开大学 采购信息"
    publisher = "南开大学"
    region = "天津"
    url = "https://zbb.nankai.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2023-12-31"
    confidence = "low"
