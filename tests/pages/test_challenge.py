"""A refusal is told from a page, whatever status it comes with."""

from pathlib import Path

import pytest

from spiders.pages.challenge import refusal_in

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><title>频繁访问!中国政府采购网</title></head><body><p>您的访问过于频繁，请稍后再试。</p></body></html>",
        "<html><title>安全验证</title><div>请完成安全验证后继续访问</div></html>",
        "<form>请输入验证码：<input name=code><img src='/captcha.jpg'></form>",
        "<html><body>Access Denied. Request blocked by WAF.</body></html>",
        "<html><title>Just a moment...</title><script src='/cf-chl/x.js'></script></html>",
        "<html><script>document.cookie='__jsl_clearance=1';location.reload()</script></html>",
        "<title>系统登录</title><form><input type='password' name=p></form>",
        "<title>频繁访问!</title><ul><li>中标公告</li><li>成交公告</li><li>采购人</li></ul><p>请稍后</p>",
        "<p>您的访问过于频繁，请稍后再试</p><ul><li>中标公告</li></ul>",
        "<script>$_ts=window['$_ts'];" + "var a=1;" * 40_000 + "</script>",
        "",
        "  \n",
    ],
)
def test_a_refusal_with_status_200_is_named(body: str) -> None:
    assert refusal_in(body.encode(), 200)
    assert refusal_in(body.encode("gb18030"), 200)


@pytest.mark.parametrize("status", [401, 403, 412, 429, 503])
def test_a_refusing_status_is_named_by_its_number(status: int) -> None:
    assert str(status) in (refusal_in("<p>正文</p>".encode(), status) or "")


def test_a_missing_page_is_no_refusal() -> None:
    assert refusal_in(b"<html>404 Not Found</html>", 404) is None
    assert refusal_in(b"", 404) is None


@pytest.mark.parametrize("page", sorted(FIXTURES.glob("ccgp-*/*/page.html")), ids=lambda page: page.parent.name)
def test_a_notice_is_no_refusal_even_if_it_speaks_of_captchas(page: Path) -> None:
    assert refusal_in(page.read_bytes(), 200) is None


def test_a_short_notice_of_any_site_is_no_refusal() -> None:
    body = "<p>采购人：东屏理工大学</p><p>项目编号：DP-1</p><p>采购短信验证码平台一套，须防止频繁访问。</p>"
    assert refusal_in(body.encode(), 200) is None
    assert refusal_in(f"<title>统一身份验证平台采购公告</title>{body}".encode(), 200) is None


def test_a_list_is_no_refusal() -> None:
    body = "<ul class='c_list_bid'><li><a href='t20260101_1.htm'>短信验证码平台采购</a></li></ul>"
    assert refusal_in(body.encode(), 200) is None
