"""What stands in a notice of each kind, by section, after the formats of 财办库〔2020〕50号."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.demo.portal.notices import DemoNotice, Rows

CONTACT = "010-00000000"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a label with its value; `mark` names the span that newer templates put around the value."""

    text: str
    label: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines, then a table if it has one."""

    heading: str
    lines: tuple[Line, ...] = ()
    table: Rows = ()


def body_of(notice: DemoNotice) -> tuple[Section, ...]:
    """The sections of a notice, by its kind."""
    return _BODIES[notice.kind](notice)


def ten_thousands(yuan: int) -> str:
    """An amount in 万元 with the portal's six decimals."""
    return f"{yuan / 10_000:.6f}"


def _tender(notice: DemoNotice) -> tuple[Section, ...]:
    papers, offer = ("招标文件", "投标文件") if notice.is_open_tender else ("采购文件", "响应文件")
    place, deadline = address_of(notice.agency), f"{notice.day(21)} 09:30"
    return (
        Section(
            "项目概况",
            (Line(f"{notice.project}的潜在供应商应在{place}获取{papers}，并于{deadline}（北京时间）前递交{offer}。"),),
        ),
        Section(
            "一、项目基本情况",
            (
                Line(notice.code, "项目编号"),
                Line(notice.project, "项目名称"),
                Line(f"{ten_thousands(notice.budget or 0)} 万元（人民币）", "预算金额"),
                Line(f"{ten_thousands(notice.budget or 0)} 万元（人民币）", "最高限价（如有）"),
                Line("", "采购需求"),
                *(Line(need) for need in notice.needs),
            ),
            notice.table,
        ),
        Section("", (Line("按合同约定", "合同履行期限"), Line("本项目(不接受)联合体投标。"))),
        Section(
            "二、申请人的资格要求",
            (
                Line("1.满足《中华人民共和国政府采购法》第二十二条规定；"),
                Line("2.落实政府采购政策需满足的资格要求：无；"),
                Line("3.本项目的特定资格要求：无。"),
            ),
        ),
        Section(
            f"三、获取{papers}",
            (
                Line(f"{notice.day(1)} 至 {notice.day(8)}，每天上午9:00至11:30，下午13:30至17:00", "时间"),
                Line(place, "地点"),
                Line("现场或邮件获取", "方式"),
                Line("￥300元", "售价"),
            ),
        ),
        Section(
            f"四、提交{offer}截止时间、开启时间和地点",
            (Line(f"{deadline}（北京时间）", "时间", "bidFileSubmitTime3"), Line(place, "地点")),
        ),
        Section("五、公告期限", (Line("自本公告发布之日起5个工作日。"),)),
        Section("六、其他补充事宜", (Line("无"),)),
        _contacts("七、对本次采购提出询问，请按以下方式联系", notice),
    )


def _prequalification(notice: DemoNotice) -> tuple[Section, ...]:
    place, deadline = address_of(notice.agency), f"{notice.day(14)} 09:30（北京时间）"
    return (
        Section("项目概况", (Line(f"{notice.project}的潜在资格预审申请人应在{place}领取资格预审文件。"),)),
        Section(
            "一、项目基本情况",
            (
                Line(notice.code, "项目编号"),
                Line(notice.project, "项目名称"),
                Line(f"{ten_thousands(notice.budget or 0)} 万元（人民币）", "预算金额"),
                Line("", "采购需求"),
                *(Line(need) for need in notice.needs),
            ),
        ),
        Section("二、申请人的资格要求", (Line("满足《中华人民共和国政府采购法》第二十二条规定。"),)),
        Section("三、领取资格预审文件", (Line(f"{notice.day(1)} 至 {notice.day(6)}", "时间"), Line(place, "地点"))),
        Section("四、资格预审申请文件的组成及格式", (Line("按资格预审文件的要求。"),)),
        Section("五、资格预审的审查标准及方法", (Line("合格制。"),)),
        Section("六、拟邀请参加投标的供应商数量", (Line("不少于三家。"),)),
        Section("七、申请文件提交", (Line(deadline, "截止时间"), Line(place, "地点"))),
        Section("八、资格预审日期", (Line(notice.day(14)),)),
        Section("九、公告期限", (Line("自本公告发布之日起5个工作日。"),)),
        Section("十、其他补充事宜", (Line("无"),)),
        _contacts("十一、凡对本次资格预审提出询问，请按以下方式联系", notice),
    )


def _award(notice: DemoNotice) -> tuple[Section, ...]:
    word = "中标" if notice.is_open_tender else "成交"
    value = notice.value or 0
    amount = f"{value / 10_000:.7f}（万元）" if notice.level == "zygg" else f"{value:.2f}元"
    return (
        Section("", (Line(notice.code, "一、项目编号"), Line(notice.project, "二、项目名称"))),
        Section(
            "三、中标（成交）信息",
            (
                Line(notice.supplier, "供应商名称"),
                Line(address_of(notice.supplier), "供应商地址"),
                Line(amount, f"{word}金额" if notice.level == "dfgg" else "中标（成交）金额"),
            ),
        ),
        Section("四、主要标的信息", (), notice.table),
        Section("五、评审专家（单一来源采购人员）名单", (Line("专家甲、专家乙、专家丙（采购人代表）"),)),
        Section(
            "六、代理服务收费标准及金额",
            (
                Line("按采购文件约定收取。", "本项目代理费收费标准"),
                Line(f"{value * 0.012 / 10_000:.4f} 万元（人民币）", "本项目代理费总金额"),
            ),
        ),
        Section("七、公告期限", (Line("自本公告发布之日起1个工作日。"),)),
        Section("八、其他补充事宜", (Line("无"),)),
        _contacts("九、凡对本次公告内容提出询问，请按以下方式联系", notice),
    )


def _correction(notice: DemoNotice) -> tuple[Section, ...]:
    return (
        Section(
            "一、项目基本情况",
            (
                Line(notice.code, "原公告的采购项目编号"),
                Line(notice.project, "原公告的采购项目名称"),
                Line(notice.first_published, "首次公告日期"),
            ),
        ),
        Section("二、更正信息", (Line("采购文件", "更正事项"), Line("", "更正内容")), notice.table),
        Section("", (Line(notice.day(0), "更正日期"),)),
        Section("三、其他补充事宜", (Line("其他内容不变。"),)),
        _contacts("四、凡对本次公告内容提出询问，请按以下方式联系", notice),
    )


def _termination(notice: DemoNotice) -> tuple[Section, ...]:
    return (
        Section(
            "一、项目基本情况",
            (
                Line(notice.code, "采购项目编号"),
                Line(notice.project, "采购项目名称"),
                *(Line(need, "采购内容") for need in notice.needs),
            ),
        ),
        Section("二、项目终止的原因", (Line(notice.reason),)),
        Section("三、其他补充事宜", (Line("无"),)),
        _contacts("四、凡对本次公告内容提出询问，请按以下方式联系", notice),
    )


def _contract(notice: DemoNotice) -> tuple[Section, ...]:
    return (
        Section(
            "",
            (
                Line(f"{notice.code}-HT", "一、合同编号"),
                Line(f"{notice.project}合同", "二、合同名称"),
                Line(notice.code, "三、项目编号"),
                Line(notice.project, "四、项目名称"),
            ),
        ),
        Section(
            "五、合同主体",
            (
                Line(notice.buyer, "采购人（甲方）", "noticePurchase-purchaserOrgName"),
                Line(address_of(notice.buyer), "地址"),
                Line(CONTACT, "联系方式"),
                Line(notice.supplier, "供应商（乙方）"),
                Line(address_of(notice.supplier), "地址"),
                Line(CONTACT, "联系方式"),
            ),
        ),
        Section("六、合同主要信息", (), notice.table),
        Section(
            "",
            (
                Line(f"{ten_thousands(notice.value or 0)} 万元（人民币）", "合同金额"),
                Line("合同签订后60日内，采购人指定地点", "履约期限、地点等简要信息"),
                Line("公开招标", "采购方式"),
            ),
        ),
        Section("", (Line(notice.day(-3), "七、合同签订日期"), Line(notice.day(0), "八、合同公告日期"))),
        Section("九、其他补充事宜", (Line("无"),)),
    )


def _single_source(notice: DemoNotice) -> tuple[Section, ...]:
    return (
        Section(
            "一、项目信息",
            (
                Line(notice.buyer, "采购人", "noticePurchase-purchaserOrgName"),
                Line(notice.project, "项目名称"),
                Line("".join(notice.needs), "拟采购的货物或服务的说明"),
                Line(f"{ten_thousands(notice.budget or 0)} 万元（人民币）", "拟采购的货物或服务的预算金额"),
                Line(notice.reason, "采用单一来源采购方式的原因及说明"),
            ),
        ),
        Section("二、拟定供应商信息", (Line(notice.supplier, "名称"), Line(address_of(notice.supplier), "地址"))),
        Section("三、公示期限", (Line(f"{notice.day(1)} 至 {notice.day(8)}"),)),
        Section("四、其他补充事宜", (Line(notice.code, "项目编号"),)),
        _contacts("五、联系方式", notice),
    )


def _intention(notice: DemoNotice) -> tuple[Section, ...]:
    opening = (
        "为便于供应商及时了解政府采购信息，根据《财政部关于开展政府采购意向公开工作的通知》（财库〔2020〕10号）等有关规定，"
        f"现将{notice.buyer}{notice.months}采购意向公开如下："
    )
    closing = "本次公开的采购意向是本单位政府采购工作的初步安排，具体采购项目情况以相关采购公告和采购文件为准。"
    return (
        Section("", (Line(opening),), notice.table),
        Section("", (Line(closing), Line(notice.buyer), Line(notice.day(0)))),
    )


def _contacts(heading: str, notice: DemoNotice) -> Section:
    return Section(
        heading,
        (
            Line("1.采购人信息"),
            Line(notice.buyer, "名称", "noticePurchase-purchaserOrgName"),
            Line(address_of(notice.buyer), "地址"),
            Line(CONTACT, "联系方式", "noticePurchase-purchaserLinkTel"),
            Line("2.采购代理机构信息"),
            Line(notice.agency, "名称", "noticeAgency-agencyName"),
            Line(address_of(notice.agency), "地址"),
            Line(CONTACT, "联系方式"),
            Line("3.项目联系方式"),
            Line("演示联系人", "项目联系人", "projectContact-managerName"),
            Line(CONTACT, "电话"),
        ),
    )


def address_of(name: str) -> str:
    """An invented address, the same for the same name."""
    return f"演示路{sum(name.encode()) % 300 + 1}号"


_BODIES: dict[str, Callable[[DemoNotice], tuple[Section, ...]]] = {
    "tender": _tender,
    "prequalification": _prequalification,
    "award": _award,
    "correction": _correction,
    "termination": _termination,
    "contract": _contract,
    "single_source": _single_source,
    "intention": _intention,
}
