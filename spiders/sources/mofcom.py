"""机电产品招标投标电子交易平台: international tenders for machines and instruments."""

from spiders.families.mofcom import MofcomSpider


class Mofcom(MofcomSpider):
    name = "mofcom"
    title_en = "Ministry of Commerce: international tenders for mechanical and electrical products"
    title_zh = "机电产品招标投标电子交易平台（国际招标）"
    publisher = "中华人民共和国商务部"
    region = "全国"
    url = "https://chinabidding.mofcom.gov.cn/channel/business/bulletinList.shtml"
    channels = {"1": "招标公告", "2": "变更公告", "3": "评标结果公示", "4": "中标结果公告"}  # noqa: RUF012
    expected_per_day = (5, 600)
    silence_limit = 240
    evidence_date = "2026-01-01"
    confidence = "medium"
