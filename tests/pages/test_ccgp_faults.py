"""A page that is not what its reader knows gives one sentence that says what is missing, and never half a notice."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.dates import SHANGHAI
from notices.errors import UnreadablePageError
from spiders.pages.ccgp import ListRow, canonical_url, notice_id, read_list, read_notice

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
URL = "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202604/t20260407_26352018.htm?from=list"
BODY = "<div class='vF_detail_content'><p>采购人：东屏理工大学</p></div>"
TITLED = "<meta name='ArticleTitle' content='服务器采购中标公告'><meta name='PubDate' content='2026-04-07 01:00'>"


def page(head: str = TITLED, body: str = BODY) -> bytes:
    return f"<html><head>{head}</head><body><div class='vF_deail_maincontent'>{body}</div></body></html>".encode()


def read(body: bytes, url: str = URL, label: str = "中标公告", content_type: str | None = None):  # type: ignore[no-untyped-def]
    return read_notice(body, url, label, "ccgp-local", content_type)


def test_the_address_gives_the_id_and_is_made_canonical() -> None:
    notice = read(page())
    assert (notice.id, notice.url) == (
        "26352018",
        "https://www.ccgp.gov.cn/cggg/dfgg/zbgg/202604/t20260407_26352018.htm",
    )
    assert notice_id("https://x/t20260407_1.html") == "1"
    assert notice_id("https://x/index.htm") is None
    assert canonical_url("http://127.0.0.1:8123/cggg/a.htm?x=1#y") == "http://127.0.0.1:8123/cggg/a.htm"


def test_a_page_without_a_title_is_unreadable() -> None:
    with pytest.raises(UnreadablePageError, match="no title"):
        read(page(head="<title>中国政府采购网</title>"))


def test_the_heading_stands_in_for_a_missing_meta_title() -> None:
    notice = read(page(head="", body="<h2 class='tc'>服务器 采购<br>中标公告</h2>" + BODY))
    assert notice.title == "服务器 采购中标公告"


def test_a_page_with_neither_body_nor_summary_is_unreadable() -> None:
    with pytest.raises(UnreadablePageError, match="neither a body"):
        read(page(body="<div class='other'>新版式</div>"))


def test_an_address_without_an_id_is_unreadable() -> None:
    with pytest.raises(UnreadablePageError, match="no notice id"):
        read(page(), url="http://www.ccgp.gov.cn/cggg/dfgg/zbgg/index.htm")


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\x00", b"<", "频繁访问！请输入验证码".encode()])
def test_an_empty_or_refusing_page_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadablePageError, match="no title"):
        read(body)


def test_the_date_falls_back_from_meta_to_heading_to_summary_to_address() -> None:
    bare = "<meta name='ArticleTitle' content='公告'>"
    shown = "<span id='pubTime'>2026年04月07日 09:30</span>"
    table = "<table><tr><td class='title'>公告时间</td><td>2026年04月07日  08:00</td></tr></table>"
    assert read(page(bare, shown + BODY)).published == datetime(2026, 4, 7, 9, 30, tzinfo=SHANGHAI)
    day = "<meta name='PubDate' content='2026-04-07'>"
    assert read(page(bare + day, shown + BODY)).published == datetime(2026, 4, 7, 9, 30, tzinfo=SHANGHAI)
    assert read(page(bare, f"<div class='table'>{table}</div>" + BODY)).published == datetime(
        2026, 4, 7, 8, tzinfo=SHANGHAI
    )
    assert read(page(bare)).published == datetime(2026, 4, 7, tzinfo=SHANGHAI)


def test_an_empty_body_is_replaced_by_the_summary_which_is_else_no_part_of_the_text() -> None:
    table = "<div class='table'><table><tr><td class='title'>采购单位</td><td>北泽海洋研究所</td></tr></table></div>"
    assert read(page(body=table + "<div class='vF_detail_content'> </div>")).text == "采购单位 | 北泽海洋研究所"
    assert read(page(body=table + BODY)).text == "采购人：东屏理工大学"


def test_a_body_that_is_only_a_frame_or_an_image_is_recorded_as_unread() -> None:
    body = (
        "<div class='vF_detail_content'><iframe src='/viewer?file=a.pdf'></iframe><img src='scan.png' width=700></div>"
    )
    notice = read(page(body=body))
    assert [(document.state, document.reason) for document in notice.documents] == [
        ("unread", "a page or file shown in a frame: it is not fetched yet"),
        ("unread", "an image in the body: its text is not read"),
    ]


def test_an_unknown_region_stays_as_the_site_writes_it() -> None:
    table = "<div class='table'><table><tr><td class='title'>行政区域</td><td>章丘区</td></tr></table></div>"
    assert read(page(body=table + BODY)).region == "章丘区"


def test_an_unknown_channel_label_is_judged_by_title_and_body() -> None:
    assert read(page(), label="成交结果（新）").kind == "award"


def test_gbk_bytes_under_a_wrong_header_come_out_right() -> None:
    text = page().decode().encode("gb18030")
    assert read(text, content_type="text/html; charset=utf-8").buyer == "东屏理工大学"
    assert read(text, content_type="text/html; charset=iso-8859-1").title == "服务器采购中标公告"


def test_unclosed_and_nested_markup_loses_no_cell() -> None:
    body = (
        "<div class='vF_detail_content'><table><tr><td><table><tr><td>名称<td>数量<tr><td>服务器<td>2台</table>"
        "<p>后文<td>旁<tr><td>末行最后一格</table>"
    )
    text = read(page(body=body)).text
    for words in ("名称 | 数量", "服务器 | 2台", "后文", "旁", "末行最后一格"):
        assert words in text


def test_attachments_are_found_in_every_form_and_ordinary_links_are_not() -> None:
    links = """
    <a class="bizDownload" href="javascript:void(0);" id="AB12CD34">报价表.pdf</a>
    <a href="//download.ccgp.gov.cn/oss/download?uuid=FF00">声明函</a>
    <a href="/gpx-public-file?accessCode=9f8e">采购文件.zip</a>
    <a href="https://zcy-gov-open-doc.oss-cn-north-2-gov-1.aliyuncs.com/1/2/3" ignore="1">合同</a>
    <a href="../P0202604.docx?x=1">下载</a>
    <a href="javascript:openFile('/file/get?id=77')" >技术参数.xlsx</a>
    <a href="http://www.creditchina.gov.cn/">信用中国</a><a href="#top">顶部</a><a href="mailto:a@b.cn">邮箱</a>
    <a href="./t20260101_1.htm">另一公告</a><a href="ftp://x/y.pdf">旧</a>
    """
    notice = read(page(body=f"<div class='vF_detail_content'>{links}</div>"))
    base = "https://www.ccgp.gov.cn"
    assert [(document.url, document.title) for document in notice.documents] == [
        (f"{base}/oss/download?uuid=AB12CD34", "报价表.pdf"),
        ("https://download.ccgp.gov.cn/oss/download?uuid=FF00", "声明函"),
        (f"{base}/gpx-public-file?accessCode=9f8e", "采购文件.zip"),
        ("https://zcy-gov-open-doc.oss-cn-north-2-gov-1.aliyuncs.com/1/2/3", "合同"),
        (f"{base}/cggg/dfgg/zbgg/P0202604.docx?x=1", "下载"),
        (f"{base}/file/get?id=77", "技术参数.xlsx"),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_page_is_read_or_refused_in_a_sentence_but_never_crashes(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(PAGES))
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 400)))
    put = data.draw(
        st.sampled_from([b"", b"<table>", b"</td>", b"<td rowspan=9 colspan=70000>", b"<![cr", b"<a href='http://[x'>"])
        | st.binary(max_size=8)
    )
    try:
        notice = read(original[:start] + put + original[end:])
    except UnreadablePageError:
        return
    assert notice.title


PAGES = [page.read_bytes() for page in sorted(FIXTURES.glob("ccgp-*/*/page.html"))]
LIST = """<ul class="c_list_bid"><li><a href="./202604/t20260407_1.htm" title="全名">短名…</a>
 地域：<em>济南市</em> 发布时间：<em>2026-04-07 10:12</em> 采购人：<em>东屏理工大学</em></li>
<li><a href="http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202604/t20260406_2.htm">无属性</a></li><li class="line"></li></ul>
<script>Pager({size:25,current:0,prefix:'index',suffix:'htm'});</script>"""


def test_a_list_is_read_by_its_labels_not_by_their_order() -> None:
    base = "https://www.ccgp.gov.cn/cggg/dfgg/zbgg/"
    listed = read_list(f"<html><body>{LIST}</body></html>".encode(), base)
    assert listed.pages == 25
    assert listed.rows == (
        ListRow(
            f"{base}202604/t20260407_1.htm",
            "全名",
            datetime(2026, 4, 7, 10, 12, tzinfo=SHANGHAI),
            "济南市",
            "东屏理工大学",
        ),
        ListRow(f"{base}202604/t20260406_2.htm", "无属性", None, None, None),
    )


def test_an_empty_list_is_empty_and_no_list_is_unreadable() -> None:
    assert read_list(b"<html><body><ul class='c_list_bid'></ul></body></html>", URL).rows == ()
    assert read_list(LIST.replace("c_list_bid", "ul_compa").encode(), URL).rows != ()
    for body in (b"", b"<html><body><p>x</p></body></html>", "<title>频繁访问!</title>您的访问过于频繁".encode()):
        with pytest.raises(UnreadablePageError, match="no list"):
            read_list(body, URL)
