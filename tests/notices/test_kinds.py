"""A notice's kind: what the title says it is, not what its project is called."""

import pytest

from notices.errors import UnknownLabelError
from notices.kinds import kind_of_title, read_kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("东屏理工大学服务器采购项目公开招标公告", "tender"),
        ("合同管理系统采购招标公告", "tender"),
        ("验收服务项目招标公告", "tender"),
        ("竞争性磋商公告（第二次）", "tender"),
        ("某信息化取消系统采购公开招标公告", "tender"),
        ("单一来源采购成交公告", "award"),
        ("某系统变更服务项目中标公告", "award"),
        ("补充耕地项目中标公告", "award"),
        ("工程变更审计服务成交结果公告", "award"),
        ("中标候选人公示", "award"),
        ("更正公告（中标结果）", "correction"),
        ("中标公告更正", "correction"),
        ("关于智能设备采购延期开标的公告", "correction"),
        ("废标结果公告", "termination"),
        ("服务器采购终止公告", "termination"),
        ("图形工作站采购项目流标公告", "termination"),
        ("东屏理工大学服务器采购合同", "contract"),
        ("服务器采购项目政府采购合同公告", "contract"),
        ("履约验收公告", "acceptance"),
        ("北泽海洋研究所2026年5月政府采购意向", "intention"),
        ("采购意向公开(2026年第3批)", "intention"),
        ("公开招标资格预审公告", "prequalification"),
        ("采购需求征求意见公告", "consultation"),
        ("进口设备单一来源采购公示", "single_source"),
        ("人工智能算力平台项目", None),
    ],
)
def test_the_title_says_the_stage(title: str, kind: str | None) -> None:
    assert kind_of_title(title) == kind


def test_the_title_wins_over_the_channel() -> None:
    assert read_kind("中标公告", "服务器采购更正公告") == "correction"
    assert read_kind("其他公告", "服务器采购政府采购合同公告") == "contract"


def test_label_and_headings_together_outvote_the_title() -> None:
    body = "一、项目基本情况\n二、更正信息\n更正事项：采购文件\n更正日期：2026年1月1日"
    assert read_kind("更正公告", "服务器采购公开招标公告", body) == "correction"
    assert read_kind("公开招标公告", "服务器采购公开招标公告", body) == "tender"


def test_headings_decide_where_label_and_title_say_nothing() -> None:
    assert (
        read_kind("其他公告", "算力项目", "一、合同编号：A1\n二、合同名称：算力\n七、合同签订日期：2026年1月1日")
        == "contract"
    )
    assert read_kind("其他公告", "算力项目", "六、合同主要信息\n七、验收日期：2026年1月1日") == "acceptance"
    assert read_kind("", "算力项目", "三、获取招标文件\n时间：") == "tender"
    assert read_kind("", "算力项目") == "other"


def test_a_label_that_nobody_knows_and_nothing_explains_is_named() -> None:
    with pytest.raises(UnknownLabelError, match="火星公告栏"):
        read_kind("火星公告栏", "算力项目")
