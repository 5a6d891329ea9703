"""Which kind of notice this is: from its title, from the words of the site's label, and from its own headings."""

import re
from functools import lru_cache

from notices.codelists import NOTICE_KINDS
from notices.errors import UnknownLabelError

_END = r"(?:的)?(?:结果)?(?:采购)?(?:公告|公示|公开|通知书?|书|信息|函|$)"
# The first that holds decides. What a project is called ("合同管理系统采购招标公告") may contain any of these words, so
# all but the unmistakable ones must stand where a title says what it is: before 公告, 公示 … or at its end.
_TITLE_RULES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("other", r"(?:投诉|举报|监督检查|信访|行政处罚)[^，。]{0,12}(?:处理|结果|决定|公告|公示)|考核结果"),
        ("contract", r"合同(?:变更|更正)?(?:文本)?(?:公告|公示|备案|签订)|合同(?:公开|信息)?$"),
        (
            "correction",
            rf"(?:更正|变更|澄清|补遗|勘误|修改|延期|补充|答疑)(?:说明|文件|通知)?{_END}|更正|延期.{{0,6}}(?:公告|通知)",
        ),
        ("termination", r"(?:废标|流标|终止|失败|中止|撤销|取消)(?:结果)?(?:的)?(?:公告|公示|通知|说明|$)"),
        ("acceptance", r"验收(?:结果|报告|意见|情况)?(?:公告|公示|书|单|报告|$)"),
        ("intention", r"采购意向|意向公[开告示]|意向(?:征集|调查)?$"),
        ("prequalification", r"资格预审"),
        ("consultation", r"征求意见|意见征[求询集]|需求(?:公示|征集|调查|论证|调研)|市场(?:调研|调查|咨询)|征集公告"),
        ("award", rf"(?:中标|成交|中选|入围|评标|评审|开标|采购|招标|比选|询价|磋商|谈判)(?:候选人|供应商)?结果{_END}"),
        ("award", rf"(?:中标|成交|中选|入围|候选人|供应商|评标结果|定标)(?:结果)?{_END}|结果(?:公告|公示)"),
        ("single_source", rf"单一来源(?:采购)?(?:方式)?(?:前)?(?:征求意见|论证|审核前)?{_END}|直接采购{_END}"),
        ("tender", rf"(?:招标|磋商|谈判|询价|询比|比选|竞价|遴选|比价|邀请|采购|竞争性采购|投标邀请){_END}"),
        ("tender", r"公开招标|邀请招标|竞争性磋商|竞争性谈判|询价公告|采购公告|招标公告"),
    )
)
_HEADINGS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("acceptance", r"验收(?:日期|意见|结论|组成员)"),
        ("contract", r"合同编号[^\n]{0,60}\n(?:[^\n]*\n){0,6}?[^\n]*合同名称|合同签订日期"),
        ("correction", r"更正(?:信息|事项|内容|日期)"),
        ("termination", r"(?:终止|废标|流标)的?(?:原因|理由)"),
        ("intention", r"采购意向公开如下|预计采购时间"),
        ("award", r"[、.．\s](?:中标|成交|采购结果)(?:（成交）|（中标）)?(?:信息|结果)?[\s:：]*\n|主要标的信息"),
        ("award", r"(?:中标|成交)(?:人|单位|供应商)(?:名称)?\s*[:：]\s*\S[^\n]{0,80}?(?:中标|成交)(?:价|金额)"),
        ("single_source", r"拟定(?:的)?(?:唯一)?供应商|采用单一来源采购方式的原因"),
        ("prequalification", r"资格预审文件"),
        ("tender", r"(?:获取|领取|递交|提交)(?:招标|采购|磋商|谈判|询价|投标|响应)文件|响应文件(?:提交|递交|开启)"),
    )
)  # fmt: skip


def read_kind(label: str, title: str, text: str = "") -> str:
    """A code of NOTICE_KINDS. The title decides where it names a stage; label and headings together outvote it.

    A label that no code list knows, with a title and a body that say nothing either, is an UnknownLabelError; no label
    at all is "other".
    """
    named = kind_of_label(label)
    by_title = kind_of_title(title)
    if by_title and named in {None, "other", by_title}:
        return by_title
    by_headings = kind_of_headings(text)
    if by_title:
        return by_headings if named == by_headings and by_headings else by_title
    if named and named != "other":
        return named
    if by_headings:
        return by_headings
    return NOTICE_KINDS.code_of(label) if label else "other"


@lru_cache(maxsize=1024)
def kind_of_title(title: str) -> str | None:
    """The kind that a title names; None if it names none."""
    bare = "".join(title.split())
    bare = re.sub(
        r"[（(【\[](?:第?[一二三四五六七八九十\d]+次|重新招标|重招|\d+|[^（）()]{0,12}公司)[）)】\]]$", "", bare
    )
    for kind, pattern in _TITLE_RULES:
        if pattern.search(bare):
            return kind
    return None


def kind_of_label(label: str) -> str | None:
    """The kind that a site's word names; None if no code list and no rule knows it."""
    try:
        return NOTICE_KINDS.code_of(label) if label else None
    except UnknownLabelError:
        return kind_of_title(label)


def kind_of_headings(text: str) -> str | None:
    """The kind whose headings a body has; None if it has none of them."""
    for kind, pattern in _HEADINGS:
        if pattern.search(text):
            return kind
    return None
