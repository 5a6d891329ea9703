"""重庆大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwCqu(SfwCmsSpider):
    name = "sfw-cqu"
    title_en = "Chongqing University, tender centre"
    title_zh = "重庆大学 采购信息"
    publisher = "重庆大学"
    region = "重庆"
    url = "https://ztbzx.cqu.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2023-12-31"
    confidence = "low"
