"""The labels that stand before a colon, or in a cell, in notices: what each of them says about its value."""

import re
from functools import lru_cache

BUYER, AGENCY, SUPPLIER, CANDIDATE = "buyer", "agency", "supplier", "candidate"
CODE, OTHER_CODE, NAME, METHOD, REGION, CATEGORY = "code", "other_code", "name", "method", "region", "category"
BUDGET, CEILING, AWARD, PUBLISHED, PARTY_NAME, NOISE = "budget", "ceiling", "award", "published", "party_name", "noise"
PLAN, PERIOD, PERSON, PHONE, ADDRESS = "plan", "period", "person", "phone", "address"

# In each list what says it best stands first. Sources: the formats of 2020 (财办库〔2020〕50号) and labels met.
_WORDS = {
    BUYER: (
        "采购人|采购单位|采购人名称|采购单位名称|采购人信息|采购人全称|招标人|招标人名称|招标单位|招标单位名称|建设单位|业主名称|业主单位|"
        "项目业主|业主|项目单位|比选人|询价人|询比人|谈判人|遴选人|征集人|甲方|委托人|委托单位|买方|采购方|需求单位|采购主体|使用单位|采购人单位|"
        "采购人或采购单位|采购人甲方|采购单位甲方|甲方采购人|采购人需方|需方|招标采购单位|采购机构名称|物资招标单位|工程招标单位|服务招标单位|货物招标单位|采购单位信息|征集单位|采购人单位名称|采购实体|采购主体名称"
    ),
    AGENCY: (
        "采购代理机构|采购代理机构名称|代理机构|代理机构名称|招标代理机构|招标代理机构名称|招标代理|招标代理单位|代理单位|采购代理|集中采购机构|"
        "集采机构|采购组织机构|组织机构|招标机构|比选代理机构|采购代理机构全称|代理机构全称|政府采购代理机构|委托代理机构|采购代理单位|招标代理人|采购机构"
    ),
    SUPPLIER: (
        "中标供应商名称|成交供应商名称|中标供应商|成交供应商|中标成交供应商|中标成交供应商名称|中标人|中标人名称|中标单位|中标单位名称|成交人|成交人名称|"
        "成交单位|成交单位名称|中选供应商|中选供应商名称|中选人|中选人名称|中选单位|入围供应商|入围单位|供应商名称|供应商|拟定供应商|拟定供应商名称|"
        "拟定的供应商|拟定的唯一供应商|拟定唯一供应商|拟定唯一供应商名称|唯一供应商|唯一供应商名称|拟采购供应商|拟成交供应商|拟中标人|拟中标供应商|乙方|卖方|受托人|供方|供应商乙方|"
        "乙方供应商|乙方名称|中标成交人|中标成交单位|中标企业|中标机构|单一来源供应商|供应商全称|承包人|中标方"
    ),
    CANDIDATE: (
        "第一中标候选人|第一中标候选人名称|第一成交候选人|第一候选人|第一名|投标人名称|投标单位|投标人|响应人|"
        "响应人名称|投标供应商|投标单位名称|中标候选人|中标候选人名称|成交候选人|成交候选人名称|候选人名称|第二中标候选人|第二中标候选人名称|"
        "第二成交候选人|第二候选人|第二名|第三中标候选人|第三中标候选人名称|第三成交候选人|第三候选人|第三名|中选候选人|中标候选供应商|成交候选供应商|中标候选单位|中标候选单位名称|候选单位名称|"
        "第一中标候选人单位名称|第二中标候选人单位名称|第三中标候选人单位名称|第一中标排序单位名称|第二中标排序单位名称|第三中标排序单位名称|"
        "中标候选人1单位名称|中标候选人2单位名称|中标候选人3单位名称|第一成交候选人名称|第二成交候选人名称|第三成交候选人名称"
    ),
    CODE: (
        "项目编号|采购项目编号|政府采购项目编号|原公告的采购项目编号|原公告项目编号|原项目编号|采购编号|招标编号|招标项目编号|项目采购编号|项目编码|"
        "采购文件编号|招标文件编号|磋商编号|谈判编号|询价编号|比选编号|采购项目代码|项目代码|项目招标编号|标书编号|项目号|采购项目标号|招标采购编号|"
        "磋商文件编号|谈判文件编号|询价文件编号|采购项目编码"
    ),
    PLAN: (
        "采购计划编号|政府采购计划编号|计划编号|采购计划备案文号|采购计划备案号|采购计划文号|采购计划号|政府采购计划文号|政府采购计划备案号|备案编号|备案号|"
        "采购执行编号|采购计划备案编号|计划备案编号|计划文号|计划号|政府采购编号|采购任务编号|采购计划书编号|采购计划书号|采购申请编号|政府采购备案编号|财政备案号"
    ),
    OTHER_CODE: "意向编号|采购意向编号",
    NAME: "项目名称|采购项目名称|原公告的采购项目名称|招标项目名称|采购名称|工程名称|标项名称|合同名称",
    METHOD: "采购方式|采购组织形式及方式|招标方式|采购形式|交易方式|招采方式",
    REGION: "行政区域|所属区域|所属地区|地域|区域|采购区域|项目所在地区",
    CATEGORY: "品目|采购品目|采购目录|品目名称|项目类别|采购类别",
    BUDGET: (
        "预算金额|采购预算|采购预算金额|项目预算|项目预算金额|预算总金额|预算总额|预算|总预算|拟采购的货物或服务的预算金额|采购项目预算金额|采购项目预算|"
        "控制金额|预算资金|项目总预算|采购预算总额|采购预算控制额度|项目预算总额|招标预算|招标预算价|采购预算价|预算价|预估采购金额|"
        "合同包预算金额|合同包预算|采购包预算金额|采购包预算|标项预算金额|标项预算|分包预算金额|分包预算|包预算金额|包预算|标段预算金额|标段预算|标包预算金额|标包预算"
    ),
    CEILING: (
        "最高限价|最高投标限价|招标控制价|控制价|控制总价|拦标价|项目最高限价|采购最高限价|采购控制价|"
        "最高控制价|采购限价|最高总价限价|总价最高限价|总价限价|最高含税总价限价|最高总限价|最高响应限价|"
        "合同包最高限价|合同包控制价|采购包最高限价|采购包控制价|标项最高限价|标项控制价|分包最高限价|分包控制价|包最高限价|包控制价|标段最高限价|标段控制价|标包最高限价|标包控制价"
    ),
    AWARD: (
        "中标成交金额|中标金额|成交金额|总中标金额|总成交金额|总中标成交金额|中标总金额|成交总金额|合同金额|合同总金额|合同总价|合同价款|合同价|中标价|成交价|"
        "中标总价|成交总价|中标价格|成交价格|中标成交价|中标报价|成交报价|中选金额|中选价|中标成交总金额|中标成交价格|合同总价款|最终报价|成交结果金额|中标金额万元"
    ),
    PUBLISHED: "公告时间|公告发布时间|发布时间|发布日期|公告日期|信息时间|公示时间",
    PARTY_NAME: "名称|名字|单位名称|机构名称|全称",
    PERIOD: (
        "合同履行期限|合同履约期限|履约期限|履约期限地点等简要信息|履行期限|合同履行期|合同期限|合同期|服务期限|服务期|服务周期|项目服务期|服务时限|工期|计划工期|施工工期|"
        "施工总工期|总工期|合同工期|中标工期|工期要求|建设工期|交货期|交货期限|供货期|供货期限|供货周期|供货时间|交货时间|交付时间|交付期限|完成期限|完成时间|项目期限|租赁期限|租期|"
        "计划监理服务期|监理服务期|合同有效期|框架协议期限|质保期及交货期|采购周期|项目实施周期|实施周期|建设周期|项目工期|履约期|合同履行时间|履约时间"
    ),
    PERSON: (
        "联系人|项目联系人|采购人联系人|采购单位联系人|代理机构联系人|质疑联系人|经办人|招标人联系人|项目负责人|询问联系人|采购联系人|项目经办人"
    ),
    PHONE: (
        "联系方式|联系电话|电话|项目联系电话|项目联系方式|采购单位联系方式|采购人联系方式|采购人联系电话|采购单位联系电话|代理机构联系方式|代理机构联系电话|"
        "代理机构电话|采购人电话|咨询电话"
    ),
    ADDRESS: (
        "地址|采购单位地址|采购人地址|代理机构地址|供应商地址|单位地址|联系地址|代理地址|中标供应商地址|成交供应商地址|"
        "中标人地址"
    ),
    NOISE: (
        "传真|邮箱|电子邮箱|采购需求|简要规格描述|开标时间|开标地点|时间|地点|方式|售价|截止时间|数量|备注|品牌|型号|规格型号|规格|单价|总价|合同编号|合同签订日期|合同公告日期|更正日期|"
        "首次公告日期|更正内容|更正事项|供应商联系方式|统一社会信用代码|邮编|邮政编码|项目经理|监督部门|评审专家名单|评标委员会成员名单|得分|采购内容|资金来源|获取招标文件时间|获取采购文件时间|"
        "招标文件售价|采购文件售价|响应文件开启时间|本项目招标公告日期|中标日期|成交日期|评标委员会|报价截止|开户名称|开户银行|开户行|账户名称|户名|收款单位|账号|服务范围|服务要求|服务时间|服务标准|"
        "供应商类型|企业类型|评审价格|评标价格|报价|投标报价|监督单位|监管部门|主管部门|审核单位|核准单位|招标组织方式|采购组织方式|组织方式"
    ),
}

ROLE_OF: dict[str, str] = {}
RANK: dict[str, int] = {}
for _role, _words in _WORDS.items():
    for _rank, _word in enumerate(_words.split("|")):
        for _suffix in ("", "名称", "信息", "全称") if _role in {BUYER, AGENCY, SUPPLIER} else ("",):
            ROLE_OF.setdefault(_word + _suffix, _role)
            RANK.setdefault(_word + _suffix, _rank)

LONGEST = max(map(len, ROLE_OF))
_PARENTHESES = re.compile(r"[（(【\[][^（）()【】\[\]]*[）)】\]]")
_MARKS = re.compile(r"[\s:：*★▲●◆■□☑√·•_、.．/\\（()）]+")
_ORDINAL = re.compile(
    r"^[\s★▲●◆·•*#]*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|第?[一二三四五六七八九十]{1,3}[、.．:：\s]|\d{1,2}(?:[.．]\d{1,2}){1,3}(?=[\u4e00-\u9fff])|\d{1,2}(?:[.．]\d{1,2})*[、.．)）\s]+|[①-⑳])?\s*"
)


def squeeze(label: str) -> str:
    """A label without spaces, marks and parentheses: "名 称" → 名称, "中标（成交）金额(元)" → 中标金额."""
    return _MARKS.sub("", _PARENTHESES.sub("", label))


def without_ordinal(line: str) -> str:
    """A line without its leading "一、", "（二）", "3." and bullets."""
    return _ORDINAL.sub("", line, count=1)


@lru_cache(maxsize=8192)
def role_of_cell(cell: str) -> str | None:
    """What a cell that holds nothing but a label says about the cell beside or below it; None if it is no label."""
    if len(cell) > 60:
        return None
    bare = without_ordinal(cell)
    return (
        ROLE_OF.get(squeeze(bare))
        or ROLE_OF.get(_MARKS.sub("", bare))
        # "采购预算金额/最高限价" heads one column of both.
        or (ROLE_OF.get(squeeze(bare.partition("/")[0])) if "限价" in bare and "/" in bare else None)
    )


def label_at_end(chunk: str) -> tuple[str, str, int] | None:
    """The known label that a text before a colon ends in: (label, role, its first character's index); None if none.

    The label may have spaces in it and parentheses behind it ("项目编号（或招标编号、…，如有）").
    """
    letters: list[tuple[int, str]] = []
    depth = 0
    for index in range(len(chunk) - 1, -1, -1):
        sign = chunk[index]
        if sign in "）)】]":
            depth += 1
        elif sign in "（(【[" and depth:
            depth -= 1
        elif not depth and not _MARKS.match(sign):
            letters.append((index, sign))
            if len(letters) > LONGEST:
                break
    word = "".join(sign for _, sign in reversed(letters))
    for size in range(min(len(word), LONGEST), 1, -1):
        label = word[-size:]
        if label in ROLE_OF:
            return label, ROLE_OF[label], letters[size - 1][0]
    return None


_LOT_IN_LINE = re.compile(
    r"((?:第\s*)?(?:采购包|合同包|包组|标包|标项|标段|分包|分标|包件|包)\s*[\d一二三四五六七八九十A-Za-z]{1,3}|第\s*[\d一二三四五六七八九十]{1,3}\s*(?:包|标段|标项))"
)


def lot_in(line: str) -> str | None:
    """The lot that a line names ("采购包1：", "第2包"), as written without spaces; None if it names none."""
    found = _LOT_IN_LINE.search(line)
    return "".join(found[1].split()) if found else None
