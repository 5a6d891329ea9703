"""Pages as they should not be: huge, nested, without headers, from Word, pictures of text; read as far as true."""

import time

import pytest

from notices.conflicts import conflicts_of
from notices.notice import Notice
from spiders.pages.ccgp import read_notice

URL = "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202603/t20260305_27000001.htm"
HEAD = '<html><head><meta name="ArticleTitle" content="东屏理工大学服务器采购中标公告"></head><body>'
LABELLED = "<p>供应商名称：北泽恒远科技有限公司；中标金额：{0}元；采购人：东屏理工大学；按文件第{0}条。</p>"
GLUED = "采购人：东屏理工大学 供应商名称：北泽恒远科技有限公司 中标金额：{0}万元 "
ROW = "<tr><td>{0}</td><td>计算服务器</td><td>浪潮</td><td>NF-{0}</td><td>2台</td><td>120000元</td></tr>"
HEADER = "<tr><td>序号</td><td>名称</td><td>品牌</td><td>型号</td><td>数量</td><td>单价</td></tr>"


def read(body: str) -> Notice:
    page = f'{HEAD}<div class="vF_detail_content">{body}</div></body></html>'
    return read_notice(page.encode(), URL, "中标公告", "ccgp-local")


def seconds(body: str) -> float:
    start = time.process_time()
    conflicts_of(read(body))
    return time.process_time() - start


def repeated(piece: str, size: int) -> str:
    count = size // len(piece.encode())
    return "".join(piece.replace("{0}", str(number)) for number in range(count))


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("", LABELLED, ""),
        ("<p>", GLUED, "</p>"),
        ("<table>" + HEADER, ROW, "</table>"),
        ("<table><tr><td>" * 150, "<p>采购需求：服务器2台；</p>", "</td></tr></table>" * 150),
        ("<table>", "<tr><td>{0}<td>服务器<td>2台", ""),
        ("<p>", "<span>安装调试，</span>", "</p>"),
    ],
    ids=["labels", "labels in one line", "goods", "nested tables", "unclosed", "one line"],
)
def test_four_times_the_page_takes_about_four_times_as_long(before: str, piece: str, after: str) -> None:
    seconds(before + repeated(piece, 50_000) + after)
    small, large = (min(seconds(before + repeated(piece, size) + after) for _ in "12") for size in (100_000, 400_000))
    assert large < 8 * small + 0.2


def test_a_large_page_loses_no_line_of_its_text_and_no_row_of_its_table() -> None:
    notice = read("<table>" + HEADER + repeated(ROW, 1_000_000) + "</table>")
    assert len(notice.items) == notice.text.count("计算服务器") > 8_000
    assert read(repeated(LABELLED, 1_500_000)).text.count("北泽恒远") > 10_000


def test_a_table_without_a_header_gives_its_text_and_no_guessed_goods() -> None:
    notice = read(
        "<table><tr><td>1</td><td>服务器</td><td>浪潮</td><td>2台</td></tr><tr><td>2</td><td>存储</td></tr></table>"
    )
    assert "1 | 服务器 | 浪潮 | 2台" in notice.text
    assert notice.items == ()


def test_word_s_markup_says_what_plain_markup_says() -> None:
    plain = "<p>项目编号：DP-2026-1</p><table>" + HEADER + ROW.format(1) + "</table><p>采购人：东屏理工大学</p>"
    word = plain.replace(
        "<p>", '<p class="MsoNormal" style="mso-char-indent-count:2.0"><span style="font-family:宋体">'
    )
    word = word.replace("</p>", "<o:p></o:p></span></p>").replace(
        "<td>", '<td width="80"><p class="MsoNormal"><!--[if !a]-->'
    )
    seen, wanted = read(word), read(plain)
    assert (seen.project_code, seen.buyer, seen.items) == (wanted.project_code, wanted.buyer, wanted.items)
    assert len(seen.items) == 1


def test_an_image_of_text_and_a_frame_are_listed_as_unread_and_give_no_facts() -> None:
    notice = read('<p><img src="/upload/1.jpg"></p><iframe src="/oss/zb.pdf"></iframe>')
    assert {document.url.rsplit("/", 1)[1] for document in notice.documents} == {"1.jpg", "zb.pdf"}
    assert all(document.reason for document in notice.documents)
    assert (notice.buyer, notice.award, notice.items) == (None, None, ())


def test_a_body_that_only_points_to_its_annex_lists_the_annex() -> None:
    notice = read('<p>采购结果详见附件。</p><p><a href="/oss/结果.pdf">结果.pdf</a></p>')
    assert [document.title for document in notice.documents] == ["结果.pdf"]
    assert (notice.suppliers, notice.award, notice.items) == ((), None, ())
