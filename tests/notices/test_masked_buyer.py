"""A buyer that a notice masks stays as it is printed; a person's name is no buyer."""

import pytest

from notices.fields import read_fields

LINES = "1.采购人信息\n名 称：{name}\n地 址：望潮市学府路1号\n2.采购代理机构信息\n名 称：清汀招标咨询有限公司"


@pytest.mark.parametrize(("name", "buyer"), [("某单位", "某单位"), ("某部", "某部"), ("甲乙丙", None)])
def test_a_masked_buyer_stays_as_printed(name: str, buyer: str | None) -> None:
    parties = read_fields(LINES.format(name=name), "tender").parties
    assert next((party.name for party in parties if party.role == "buyer"), None) == buyer
