"""南京信息工程大学信息公告栏; whole articles are shown on the campus only, the rest is kept by its title."""

from spiders.families.vsb import VsbSpider


class NuistBulletin(VsbSpider):
    name = "nuist-bulletin"
    title_en = "Nanjing University of Information Science and Technology, bulletin: tenders"
    title_zh = "南京信息工程大学信息公告栏 招标信息"
    publisher = "南京信息工程大学"
    region = "江苏"
    url = "https://bulletin.nuist.edu.cn/"
    channels = {"/zbxx.htm": "招标信息"}  # noqa: RUF012
    items = "//li[contains(concat(' ', normalize-space(@class), ' '), ' news ')]"
    expected_per_day = (0, 40)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "low"
