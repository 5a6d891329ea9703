"""军队采购网, the public bulletins (自行采购 on another host needs a login and is not asked)."""

from spiders.families.freecms import FreecmsSpider


class FreecmsPlap(FreecmsSpider):
    name = "freecms-plap"
    title_en = "Military Procurement Network: public bulletins"
    title_zh = "军队采购网 公告"
    publisher = "中央军委后勤保障部"
    region = "全国"
    url = "https://www.plap.mil.cn/freecms-glht/site/juncai/cggg/index.html"
    expected_per_day = (20, 2000)
    silence_limit = 96
    evidence_date = "2026-08-20"
    confidence = "medium-high"
    service = "https://www.plap.mil.cn/freecms-glht/rest/v1/notice/selectInfoMoreChannel.do"
    site_id = "404bb030-5be9-4070-85bd-c94b1473e8de"
    channel = "c5bff13f-21ca-4dac-b158-cb40accd3035"
    page = "/freecms/site/juncai/ggxx/info/{year}/{id}.html"
