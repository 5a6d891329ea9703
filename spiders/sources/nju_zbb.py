"""南京大学招标办公室."""

from spiders.families.chtml import ChtmlSpider


class NjuZbb(ChtmlSpider):
    name = "nju-zbb"
    title_en = "Nanjing University, tender office"
    title_zh = "南京大学招标办公室"
    publisher = "南京大学"
    region = "江苏"
    url = "https://zbb.nju.edu.cn/"
    channels = {  # noqa: RUF012
        "/cgxxhw/": "采购信息",
        "/cgxxgc/": "采购信息",
        "/cgxxfw/": "采购信息",
        "/cjgshw/": "成交公示",
        "/cjgsgc/": "成交公示",
        "/cjgsfw/": "成交公示",
        "/zfcgyxgk/": "政府采购意向公开",
    }
    expected_per_day = (0, 80)
    silence_limit = 1080
    evidence_date = "2026-11-22"
    confidence = "medium"
