"""大连理工大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwDlut(SfwCmsSpider):
    name = "sfw-dlut"
    title_en = "Dalian University of Technology, procurement"
    title_zh = "大连理工大学 采购信息"
    publisher = "大连理工大学"
    region = "辽宁"
    url = "https://cgbmis.dlut.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2023-12-31"
    confidence = "low"
