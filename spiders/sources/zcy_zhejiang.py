"""浙江政府采购网, on the software of 政采云."""

from spiders.families.zcy import ZcySpider


class ZcyZhejiang(ZcySpider):
    name = "zcy-zhejiang"
    title_en = "Zhejiang Government Procurement Network"
    title_zh = "浙江政府采购网"
    publisher = "浙江省财政厅"
    region = "浙江"
    url = "https://zfcg.czt.zj.gov.cn/"
    expected_per_day = (50, 3000)
    silence_limit = 96
    evidence_date = "2026-06-12"
    confidence = "high"
    base = "https://zfcg.czt.zj.gov.cn"
    parent = "600007"
    # Since 2026-06-12 the site has lists of its own and answers the family's other questions with 422.
    channels = {"110-978863": "其他公告", "110-420383": "其他公告", "110-188043": "采购意向"}  # noqa: RUF012
    asked_with = {"isGov": True, "excludeDistrictPrefix": ["90", "006011", "H0", "001111"]}  # noqa: RUF012
