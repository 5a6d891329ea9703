"""Names of organisations as they stand behind a label: free of what follows, taken apart where several stand."""

import re

from notices.notice import bare

_ORGANISATION = (
    r"公司|集团|大学|学院|学校|中学|小学|幼儿园|研究院|研究所|研究中心|医院|卫生院|中心|局|厅|委员会|委|部|处|科|站|所|院|馆|台|社|厂|店|行|"
    r"办公室|政府|法院|检察院|支队|大队|总队|部队|银行|协会|学会|联合会|合作社|事务所|工作室|商行|经营部|基金会|实验室|管理处|街道办事处|队|会|园|园区|场|城|库|室|署|办"
)
_STOPS = re.compile(
    r"[;；。\n|]|\s{2,}|(?<=[院校局司厅心所队处委部会学馆站])\s?(?:地址|中标人?信息|成交信息|联系人|联系方式|联系电话|采购代理|招标代理|项目名称|预算金额)|"
    r"\s*(?:公告)?未(?:载明|列明|明确列示|提供|公开)|\s*(?:19|20)\d\d\s*年|[,，]\s*(?:地址|联系|电话|邮编|统一|中标|成交|金额|报价|投标|总价|单价|供应商|质量|工期|服务)|"
    r"\s*[（(]?(?:地址|联系人|联系方式|联系电话|电话|统一社会信用代码|邮编|中标金额|成交金额|投标报价|供应商地址|单位地址)\s*[）)]?\s*[:：]"
)
_EMPTY = re.compile(
    r"^[\s/\\\-—_.…、:：*（）()无\d]*$|^(?:详?见|详细?见|同上|另附|以|根据|按照|见)(?:附件|公告|正文|下|上|采购|招标)|^(?:无|没有|空|不适用|N/?A|null|暂无|待定|名称)$",
    re.IGNORECASE,
)
_CONSORTIUM = re.compile(
    r"[（(【]\s*(?:联合体|主体?|牵头)[^（）()]*[）)】]|[（(]成员单?位?[^（）()]*[）)]|联合体(?:成员|牵头人|牵头方)?(?:单位)?\d*\s*[:：]"
)
_MEMBERS = re.compile(r"[（(【]\s*(?:联合体)?(?:成员|牵头|主办)[^（）()：:]*[:：]\s*([^（）()]+)[）)】]")
_ORDINAL = re.compile(r"(?:^|(?<=[\s;；]))(?:\d{1,2}|[一二三四五六七八九十])[、.．)）:：]\s*")
_SHORT = 4
_PART = re.compile(r"\s*(?:[;；\n]|、|[,，](?=[^,，]{4,})|/|与(?=[^与]{6,}公司)|和(?=[^和]{6,}公司))\s*")


def clean_name(value: str) -> str | None:
    """The organisation that a label's value names; None where it names none ("/", "详见附件", a form's blank)."""
    value = re.sub(r"_{2,}.*", "", value)
    name = _STOPS.split(_ORDINAL.sub("", value).strip(), maxsplit=1)[0]
    name = re.sub(r"^[\s:：、,，\-—*]+|[\s:：、,，\-—*]+$", "", name)
    name = re.sub(r"^(?:名\s*称|单位名称|全称)\s*[:：]\s*", "", name)
    name = _balanced(re.sub(r"(?<=[\u4e00-\u9fff）]) (?=[\u4e00-\u9fff（])", "", name))
    if not 2 <= len(name) <= 80 or _EMPTY.match(name) or re.search(r"[:：]|^[（(].{0,4}章[）)]", name):
        return None
    return name


def clean_organisation(value: str) -> str | None:
    """Like `clean_name`, but two to four signs that end as no organisation does are a person's name, and so None.

    A masked buyer (某单位, as military notices print it) stays as it is printed.
    """
    name = clean_name(value)
    is_person = name and len(name) <= _SHORT and not name.startswith("某") and not ends_as_organisation(name)
    return None if is_person else name


def split_names(value: str) -> tuple[str, ...]:
    """Every organisation of a value: members of a consortium, winners joined by 、 or by line breaks."""
    members = [part for group in _MEMBERS.findall(value) for part in _PART.split(group)]
    bare = _ORDINAL.sub("\n", _CONSORTIUM.sub("\n", _MEMBERS.sub("", value)))
    parts = _PART.split(bare)
    parts = [part for part in parts if part.strip()]
    if len(parts) > 1 and not all(ends_as_organisation(part) for part in parts):
        parts = [bare.strip()]
    names = (clean_name(part) for part in (*parts, *members))
    return tuple(dict.fromkeys(name for name in names if name))


def name_key(name: str) -> str:
    """What the spellings of one organisation's name share: no spaces, marks or case, no （本级） behind it.

    Empty where a name is nothing but marks.
    """
    return bare(re.sub(r"[（(](?:本级|机关|本部)[）)]$", "", name.strip()))


def is_consortium(value: str) -> bool:
    """Whether a value says that those whom it names bid together."""
    return bool(re.search(r"联合体|牵头(?:人|方|单位)|成员单位|成员方", value))


def ends_as_organisation(text: str) -> bool:
    """Whether a text ends as names of organisations do (公司, 大学 …), with or without a remark in parentheses."""
    return bool(re.search(rf"(?:{_ORGANISATION})(?:[（(][^（）()]*[）)])?\s*$", text))


def _balanced(name: str) -> str:
    """Without a closing or opening parenthesis that has no partner."""
    opened, closed = len(re.findall(r"[（(]", name)), len(re.findall(r"[）)]", name))
    if closed > opened:
        return re.sub(r"[）)]\s*$", "", name)
    if opened > closed:
        return re.sub(r"\s*[（(][^（(]*$", "", name)
    return name
