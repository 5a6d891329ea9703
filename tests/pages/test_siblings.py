"""The list of related notices on a page is read as addresses; other links are none."""

from pathlib import Path

import pytest

from notices.encoding import decode
from spiders.pages.siblings import read_siblings

URL = "https://portal.invalid/cggg/zbgg/202605/t20260501_900.htm"
PAGE = """<html><body><div class="vF_detail_content"><p>见<a href="x.htm">附件</a></p></div>
<div class="vF_detail_relcontent"><h2><p>相关公告</p></h2><div class="lst"><ul>
<li><a href="../../gkzb/202604/t20260401_800.htm">图形服务器招标公告</a></li>
<li><a href="https://portal.invalid/cggg/gzgg/202604/t20260410_850.htm#top">图形服务器更正公告</a></li>
<li><a href="https://elsewhere.invalid/1.htm">广告</a></li><li><a href="javascript:void(0)">更多</a></li>
<li><a href="t20260501_900.htm">本页</a></li></ul></div></div>
<div class="footer"><a href="/about.htm">关于</a></div></body></html>"""
FOUND = (
    "https://portal.invalid/cggg/gkzb/202604/t20260401_800.htm",
    "https://portal.invalid/cggg/gzgg/202604/t20260410_850.htm",
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_related_notices_of_a_page_are_read(encoding: str) -> None:
    assert read_siblings(PAGE.encode(encoding), URL) == FOUND


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("<li>", "<!--").replace("</li>", "-->"),
        PAGE.replace("相关公告", "热点公告"),
        "<p>相关公告</p><p>无</p><p><a href='/a.htm'>首页</a></p>",
        "<p>相关公告见<a href='/a.htm'>首页</a></p>",
        "",
        "相关公告",
    ],
)
def test_a_page_without_such_a_list_has_none(page: str) -> None:
    assert read_siblings(page.encode(), URL) == ()


def test_no_saved_page_has_a_sibling_that_is_not_listed_under_such_a_heading() -> None:
    fixtures = Path(__file__).resolve().parents[1] / "fixtures"
    pages = sorted(fixtures.glob("*/*/page.html"))
    assert len(pages) > 30
    for page in pages:
        body = page.read_bytes()
        assert not read_siblings(body, URL) or "相关公告" in decode(body), page
