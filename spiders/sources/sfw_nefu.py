"""东北林业大学采购信息网."""

from spiders.families.sfw_cms import SfwCmsSpider


class SfwNefu(SfwCmsSpider):
    name = "sfw-nefu"
    title_en = "Northeast Forestry University, tender office"
    title_zh = "东北林业大学 采购信息"
    publisher = "东北林业大学"
    region = "黑龙江"
    url = "http://zbb.nefu.edu.cn/sfw_cms/e?page=cms.psms.gglist&typeDetail=XQ"
    categories = {"ZCXQ": "4392"}  # noqa: RUF012
    repeated = "type"
    first_row = 1
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2019-12-31"
    confidence = "low"
