"""昆明理工大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwKust(SfwCmsSpider):
    name = "sfw-kust"
    title_en = "Kunming University of Science and Technology, procurement centre"
    title_zh = "昆明理工大学 采购信息"
    publisher = "昆明理工大学"
    region = "云南"
    url = "https://cgzx.kust.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    categories = {"ZCXQ": "104926"}  # noqa: RUF012
    repeated = "type"
    first_row = 1
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "medium"
