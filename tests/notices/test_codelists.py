"""The code lists know the sites' labels; a label that they do not know names itself and the file to extend."""

import pytest

from notices.codelists import METHODS, NOTICE_KINDS, REGIONS
from notices.errors import UnknownLabelError


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("公开招标公告", "tender"),
        ("邀请招标公告", "tender"),
        ("竞争性磋商公告", "tender"),
        ("竞争性谈判公告", "tender"),
        ("询价公告", "tender"),
        ("资格预审公告", "prequalification"),
        ("单一来源公告", "single_source"),
        ("中标公告", "award"),
        ("成交公告", "award"),
        ("更正公告", "correction"),
        ("终止公告", "termination"),
        ("其他公告", "other"),
        ("合同公告", "contract"),
        ("履约验收公告", "acceptance"),
        ("采购意向公开", "intention"),
        (" 中标 公告 ", "award"),
    ],
)
def test_every_channel_of_ccgp_has_a_kind(label: str, code: str) -> None:
    assert NOTICE_KINDS.code_of(label) == code


def test_methods_and_provinces_are_known_by_their_chinese_words() -> None:
    assert METHODS.code_of("竞争性磋商") == "consultation"
    assert METHODS.code_of("网上超市") == "mall"
    assert (REGIONS.code_of("北京"), REGIONS.code_of("内蒙古自治区"), REGIONS.code_of("兵团")) == (
        "110000",
        "150000",
        "660000",
    )
    assert len(REGIONS.codes) == 32


@pytest.mark.parametrize("codelist", [NOTICE_KINDS, METHODS, REGIONS])
def test_an_unknown_label_names_itself_and_its_file(codelist: object) -> None:
    with pytest.raises(UnknownLabelError, match=r"火星.*notices/data/.*\.csv"):
        codelist.code_of("火星")  # type: ignore[attr-defined]
    with pytest.raises(UnknownLabelError, match="is no code"):
        codelist.value("mars", "zh")  # type: ignore[attr-defined]


def test_every_code_has_a_name_in_both_languages() -> None:
    for codelist in (NOTICE_KINDS, METHODS, REGIONS):
        for code, row in codelist.rows.items():
            assert row["en"], code
            assert row["zh"], code
            assert codelist.code_of(row["zh"]) == code
