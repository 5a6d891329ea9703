"""哈尔滨理工大学国有资产管理处."""

from spiders.families.webplus import WebplusSpider


class HrbustGzc(WebplusSpider):
    name = "hrbust-gzc"
    title_en = "Harbin University of Science and Technology, state assets office: tenders"
    title_zh = "哈尔滨理工大学国有资产管理处 招标信息"
    publisher = "哈尔滨理工大学"
    region = "黑龙江"
    url = "https://gzc.hrbust.edu.cn/"
    channels = {"/1291/": "招标信息"}  # noqa: RUF012
    expected_per_day = (0, 40)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "medium"
