"""What a title says is procured, free of whose it is, which stage it announces, and how often it was tendered."""

import re
import unicodedata

from notices.notice import bare

# More than this is no title but a text that stands in its place.
LONGEST = 400
_NUMBERS = {sign: number for number, sign in enumerate("一二三四五六七八九", start=1)}
_STAGE = (
    r"(?:公开招标|邀请招标|竞争性磋商|竞争性谈判|单一来源|框架协议|询价|询比|比选|竞价|竞争性|磋商|谈判|招标|采购|"
    r"资格预审|中标|成交|中选|入围|候选人|定标|评标|开标|结果|更正|变更|澄清|补遗|答疑|延期|终止|废标|流标|合同|验收|"
    r"征求意见|意见征[求询集]|征集|调研|需求|意向|公告|公示|公开|通知|预公告)"
)
_TIMES = r"第?\s*[一二三四五六七八九1-9]\s*次"
_REPEATED = r"(?:重新|再次)(?:公开)?(?:招标|采购|公告|组织|磋商|谈判|询价)|重招|重采|重发|重新"
# 二次供水 and 第二次全国普查 are what is procured: the words count in brackets, at the end, or before a stage's word.
_AGAIN = re.compile(
    rf"[（(【\[]\s*(?:{_TIMES}(?:{_REPEATED})?|{_REPEATED}|重)[^（）()【】\[\]]{{0,6}}[）)】\]]|[-—_]?(?:{_TIMES}(?:{_REPEATED})?|{_REPEATED})(?={_STAGE}|[）)】\]]|$)"
)
# The second correction of a first tender.
_CORRECTED = re.compile(
    rf"{_TIMES}(?=(?:更正|变更|澄清|补遗|补充|答疑|延期))|(?<=更正公告|变更公告|澄清公告|答疑公告|补充公告|延期公告)[（(]?{_TIMES}[）)]?"
)
_INTENTION = re.compile(
    r"^(?:(?:19|20)\d\d年?度?)?(?:第?[一二三四1-4]季度|\d{1,2}月?\s*(?:份|[至到、~—-]\s*\d{1,2}月)?)?(?:份)?\s*(?:政府)?采购意向"
    r"(?:公开|公告|公示)?\s*[-—:：_、（(]*"
)
_CODE = re.compile(
    r"[（(【\[][^（）()【】\[\]]*(?:编号|标号)[^（）()【】\[\]]*[）)】\]]|[（(【\[][A-Za-z0-9\-_/]{6,}[）)】\]]"
)
_LOT = re.compile(
    r"[（(【\[]?第?\s*(?:(?:采购包|合同包|标段|标项|标包|分包|包)\s*[一二三四五六七八九\dA-Z]{1,3}|[一二三四五六七八九\d]{1,3}\s*(?:标段|标包|标项|包))[）)】\]]?$"
)
_END = re.compile(rf"(?:{_STAGE}|项目|书|信息|的|及|关于|前|[（(【\[]\s*[）)】\]]|[-—_:：、\s（(【\[])$")
_START = re.compile(
    r"^(?:关于|[【\[（(](?:公开|邀请|竞争|询价|单一|更正|变更|中标|成交|终止|结果|重要)[^】\]）)]{0,8}[】\]）)]|的|[-—_:：\s])"
)


def core_of(title: str, buyer: str | None = None) -> tuple[str, int]:
    """(what is procured, without marks; 1 for a first tender, 2 for a second or a repeated one …).

    "东屏理工大学2026年4月政府采购意向-图形服务器" and "东屏理工大学图形服务器采购项目（二次）招标公告" have one core.
    """
    rest = _CODE.sub("", unicodedata.normalize("NFKC", title[:LONGEST]).strip())
    rest, again = again_in(_CORRECTED.sub("", rest))
    whose = unicodedata.normalize("NFKC", buyer or "").strip()
    before = ""
    while before != rest:
        before = rest
        rest = _INTENTION.sub("", rest.removeprefix(whose) if whose else rest)
        rest = _LOT.sub("", _END.sub("", _START.sub("", rest))).strip()
    return bare(rest), again


def again_in(text: str, *, of_code: bool = False) -> tuple[str, int]:
    """(the text without the words of a repeated tender, which time it is); a repeat without a number is the second."""
    times = 1
    for found in _AGAIN.finditer(text):
        number = re.search(r"([一二三四五六七八九1-9])\s*次", found[0])
        # 第二次重招 repeats the first repetition.
        times = max(times, _number(number[1]) + bool(re.search(_REPEATED, found[0])) if number else 2)
    rest = _AGAIN.sub("", text)
    if of_code and times == 1 and rest.endswith("重"):
        return rest[:-1], 2
    return rest, times


def _number(sign: str) -> int:
    return int(sign) if sign.isdecimal() else _NUMBERS[sign]
