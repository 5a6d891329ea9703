"""深圳技术大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwSztu(SfwCmsSpider):
    name = "sfw-sztu"
    title_en = "Shenzhen Technology University, procurement"
    title_zh = "深圳技术大学 采购信息"
    publisher = "深圳技术大学"
    region = "广东"
    url = "https://ztb.sztu.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    categories = {"ZCXQ": "104791", "ZCGG": "104910", "YXGK": "103980", "HTGS": "104557"}  # noqa: RUF012
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "high"
