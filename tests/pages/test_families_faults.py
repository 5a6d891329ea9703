"""Pages of the families that are not what their readers know, and the forms in which lists state their dates."""

from datetime import datetime
from pathlib import Path

import pytest

from notices.dates import SHANGHAI
from notices.errors import UnreadablePageError
from spiders.pages import chtml, epoint, henan, sfw_cms, vsb, webplus
from spiders.pages.article import Asked, is_withheld
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import parse
from spiders.pages.gate import is_gate
from spiders.pages.listed import read_rows
from spiders.pages.record import Record, read_record
from tests.pages.families import CASES, Case

URL = "https://www.dongping.example/zbxx.htm"
ASKED = Asked("nuist-bulletin", "1/2", "https://www.dongping.example/info/1/2.htm", "招标信息", "列表上的标题")
DAY = datetime(2026, 11, 21, tzinfo=SHANGHAI)


def html(body: str) -> bytes:
    return f"<html><head><meta charset='utf-8'><title>栏目</title></head><body>{body}</body></html>".encode()


def dates(item: str) -> list[datetime | None]:
    rows = read_rows(parse(f"<ul>{item}</ul>").iter("li"), URL, vsb.notice_id)
    return [row.published for row in rows]


# A bare fragment has nothing but its words to tell it from a refusal.
WHOLE = [case for case in CASES if case.source != "henan" or case.is_list]
LINK = "<a href='/info/1/2.htm' title='2025年12月3日竞价公告（第2次）'>2025年12月3日竞价…</a>"


@pytest.mark.parametrize(
    "item",
    [
        f"<li>{LINK}<span>2026-11-21</span></li>",
        f"<li><em>[2026/11/21]</em>{LINK}</li>",
        f"<li>{LINK} 2026年11月21日</li>",
        f"<li><div><b>21</b><i>2026-11</i></div>{LINK}</li>",
        f"<li><div><i>2026.11</i><b>21</b></div>{LINK}</li>",
        f"<li><span>发布时间：2026-11-21</span>{LINK}</li>",
        "<li><a href='/info/1/2.htm'><h3>2025年12月3日竞价公告</h3><p>2026-11-21</p></a></li>",
    ],
)
def test_a_row_has_its_own_date_and_not_its_title_s(item: str) -> None:
    assert dates(item) == [DAY]


def test_a_row_without_a_date_has_none() -> None:
    assert dates(f"<li>{LINK}<span>11-21</span></li>") == [None]


def test_a_title_is_whole_where_the_page_cuts_it_short() -> None:
    (row,) = read_rows(parse(f"<ul><li>{LINK}</li></ul>").iter("li"), URL, vsb.notice_id)
    assert (row.id, row.title) == ("1/2", "2025年12月3日竞价公告（第2次）")


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: f"{case.source}/{case.folder.name}")
def test_a_saved_page_is_no_refusal_even_if_it_speaks_of_codes_and_has_a_login_box(case: Case) -> None:
    spoken = case.page.replace("采购".encode(), "短信验证码采购".encode())
    boxed = spoken.replace(b"</body>", "<form>用户登录<input type='password'></form></body>".encode())
    assert refusal_in(case.page, 200) is None
    assert refusal_in(boxed, 200) is None


BARE = html("<div class='new-2027'><p>新版式</p></div>")


@pytest.mark.parametrize("read", [vsb.read_list, webplus.read_list, chtml.read_list, henan.read_list])
@pytest.mark.parametrize("page", [b"", BARE, html("您的访问过于频繁"), b"{}"])
def test_a_page_without_its_list_is_unreadable(read: object, page: bytes) -> None:
    assert callable(read)
    with pytest.raises(UnreadablePageError, match="no list"):
        read(page, URL)


@pytest.mark.parametrize("read", [vsb.read_notice, webplus.read_notice, chtml.read_notice])
def test_a_page_without_its_body_is_unreadable(read: object) -> None:
    assert callable(read)
    with pytest.raises(UnreadablePageError, match="no body"):
        read(html("<div class='x'><p>新</p></div>"), ASKED)


def test_lists_that_say_so_are_empty() -> None:
    assert vsb.read_list(html("<div>共0条</div>"), URL).rows == ()
    assert vsb.read_list(html("<script>var datanews = [];</script>"), URL).rows == ()
    assert webplus.read_list(html("<ul class='wp_article_list'></ul>"), URL).rows == ()
    assert chtml.read_list(html("<dl><dt>货物类</dt></dl>暂无信息"), URL).rows == ()
    assert sfw_cms.read_list(b'{"resultset":[],"count":0}', URL).total == 0


def test_an_empty_body_is_unreadable_unless_it_shows_a_file() -> None:
    body = "<form name='_newscontent_fromname'><h1>公告</h1><div id='vsb_content'><div class='v_news_content'>{}</div>"
    with pytest.raises(UnreadablePageError, match="empty"):
        vsb.read_notice(html(body.format("<p>&nbsp;</p>")), ASKED)
    viewer = '<script>showVsbpdfIframe("/__local/A/1.pdf","100%","600","0","","","");</script>'
    notice = vsb.read_notice(html(body.format(viewer)), ASKED)
    assert [document.url for document in notice.documents] == ["https://www.dongping.example/__local/A/1.pdf"]


def test_a_notice_for_the_campus_is_told_from_one_that_speaks_of_the_campus_network() -> None:
    assert is_withheld(html("<div>系统提示</div><div>您无权访问此页面</div>"))
    assert is_withheld(html("<p>本文仅限校内用户访问，请登录VPN。</p>"))
    words = "采购内容：校园网出口设备一批，供应商不得要求校外用户无法访问。" * 20
    assert not is_withheld(html(f"<p>{words}</p>"))


def test_a_form_for_a_code_is_told_from_a_file() -> None:
    assert is_gate(html("<form>请输入验证码<input name='codeValue'></form>"))
    assert is_gate("<html><meta charset=gbk>请输入验证码".encode("gbk"))
    assert not is_gate("%PDF-1.4 验证码".encode())
    assert not is_gate(html("<p>采购需求</p>"))


def test_a_later_page_is_found_by_its_words_and_never_counted() -> None:
    rows = "<ul><li><a href='/info/1/2.htm'>甲</a></li></ul>"
    going = vsb.read_list(html(f"{rows}<a href='zbxx/41.htm'>下页</a><a href='zbxx/1.htm'>尾页</a>"), URL)
    assert (going.following, going.is_last) == ("https://www.dongping.example/zbxx/41.htm", False)
    last = vsb.read_list(html(f"{rows}<a href='javascript:void(0)'>下一页&gt;&gt;</a>"), URL)
    assert (last.following, last.is_last) == (None, True)


def test_script_data_with_odd_quotes_and_escapes_is_read() -> None:
    data = """<script>var datanews = [{date:'2026-11-21',"showTitle":'a...',tipsTitle:'\\u670d\\u52a1\\u5668 \\'甲\\'',
      url:{asString:"\\/info\\/7\\/8.htm"}},{date:"",tipsTitle:"乙",url:{asString:"info/7/9.htm"}}];</script>"""
    rows = vsb.read_list(html(data), URL).rows
    assert [(row.id, row.title, row.published) for row in rows] == [("7/8", "服务器 '甲'", DAY), ("7/9", "乙", None)]


def test_side_columns_are_no_part_of_the_list() -> None:
    side = "".join(f"<li><a href='/info/9/{n}.htm'>通知{n}</a></li>" for n in range(3))
    main = "".join(f"<li><a href='/info/1/{n}.htm'>公告{n}</a></li>" for n in range(5))
    rows = vsb.read_list(html(f"<ul>{side}</ul><ul>{main}</ul>"), URL).rows
    assert {row.id.split("/")[0] for row in rows} == {"1"}


def test_an_epoint_answer_in_any_shape_is_read_or_named() -> None:
    with pytest.raises(UnreadablePageError):
        epoint.read_list(b'{"code":200,"content":"no json"}', URL, "webdate")
    with pytest.raises(UnreadablePageError):
        epoint.read_list(b'{"result":{}}', URL, "webdate")
    row = (
        b'{"result":{"totalcount":"2","records":[{"id":"1","title":"x","linkurl":"","content":"text"},{"title":"y"}]}}'
    )
    listing = epoint.read_list(row, URL, "webdate")
    assert (len(listing.rows), listing.total, listing.unread) == (1, 2, 1)
    assert (listing.rows[0].detail, listing.rows[0].html) == ("", "text")


def test_invisible_words_for_stamps_are_no_part_of_a_name() -> None:
    page = html(
        "<div id='newsText'><table><tr><td>招标人：</td><td><span style='font-size:0.001px'>"
        "&amp;&amp;&amp;招标人盖章位置2&amp;&amp;&amp;</span><span>东屏地铁运营有限公司</span></td></tr></table></div>"
    )
    record = epoint.read_detail(page, Record("1", URL, "招标公告", DAY))
    assert read_record(record, "epoint-jiangsu", "采购公告").buyer == "东屏地铁运营有限公司"


@pytest.mark.corpus
def test_real_pages_of_jiangsu_are_read() -> None:
    pages = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "pages"
    page = (pages / "jsggzy-tender.html").read_bytes()
    notice = read_record(epoint.read_detail(page, Record("1", URL, "", None)), "epoint-jiangsu", "采购公告")
    assert notice.kind == "tender"
    assert notice.published == datetime(2026, 5, 29, 18, 51, 4, tzinfo=SHANGHAI)
    assert "&&&" not in notice.text
    assert len(notice.text) > 5000
    assert len(notice.documents) == 2
    shell = (pages / "jsggzy-list-shell.html").read_bytes()
    with pytest.raises(UnreadablePageError):
        epoint.read_detail(shell, Record("1", URL, "", None))
