"""北京师范大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwBnu(SfwCmsSpider):
    name = "sfw-bnu"
    title_en = "Beijing Normal University, procurement"
    title_zh = "北京师范大学 采购信息"
    publisher = "北京师范大学"
    region = "北京"
    url = "https://cg.bnu.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    repeated = "type"
    first_row = 1
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2023-12-31"
    confidence = "low"
