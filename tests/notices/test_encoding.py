"""What the bytes are decides, not what the header says of them."""

import pytest

from notices.encoding import decode

TEXT = "<p>东屏理工大学图形处理器采购项目公开招标公告，预算金额：128.5万元</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "content_type", [None, "text/html; charset=utf-8", "text/html; charset=gb2312", "text/html; charset=iso-8859-1"]
)
def test_the_bytes_decide_whatever_the_header_says(encoding: str, content_type: str | None) -> None:
    assert decode(TEXT.encode(encoding), content_type) == TEXT


def test_a_wrong_meta_is_not_believed() -> None:
    page = '<meta charset="utf-8">' + TEXT
    assert decode(page.encode("gbk")) == page


def test_a_page_that_mixes_two_encodings_is_read_piece_by_piece() -> None:
    first, second = "<p>" + "采购人：东屏理工大学" * 3 + "</p>\n", "<p>中标供应商：北泽恒远科技有限公司</p>\n"
    assert decode(first.encode() + second.encode("gbk") + first.encode()) == first + second + first
    assert decode(first.encode("gbk") * 3 + second.encode()) == first * 3 + second


def test_one_broken_byte_costs_one_character() -> None:
    body = TEXT.encode()
    assert decode(body[:20] + body[21:]).count("\ufffd") <= 2
    assert decode(body[:20] + body[21:]).endswith("预算金额：128.5万元</p>")


def test_a_declared_foreign_encoding_is_used() -> None:
    assert decode("採購機關：臺北".encode("big5"), "text/html; charset=big5") == "採購機關：臺北"


def test_an_unknown_charset_name_does_no_harm() -> None:
    assert decode(TEXT.encode("gbk"), "text/html; charset=zh-cn-x") == TEXT
    assert decode(b"") == ""
