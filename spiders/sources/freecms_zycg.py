"""中央政府采购网, notices of the central agency."""

from spiders.families.freecms import FreecmsSpider


class FreecmsZycg(FreecmsSpider):
    name = "freecms-zycg"
    title_en = "Central Government Procurement Center"
    title_zh = "中央政府采购网"
    publisher = "中央国家机关政府采购中心"
    region = "全国"
    url = "https://www.zycg.gov.cn/freecms/site/zygjjgzfcgzx/cggg/index.html"
    expected_per_day = (0, 500)
    silence_limit = 120
    evidence_date = "2026-01-01"
    confidence = "medium"
    service = "https://www.zycg.gov.cn/freecms/rest/v1/notice/selectInfoMore.do"
    site_id = "6f5243ee-d4d9-4b69-abbd-1e40576ccd7d"
    channel = "d0e7c5f4-b93e-4478-b7fe-61110bb47fd5"
    channels = {channel: "其他公告"}  # noqa: RUF012
    # Its list is not known to take days.
    is_dated = False
