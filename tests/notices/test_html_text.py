"""HTML becomes lines and grids in which nothing is glued, lost or invented."""

import time

from notices.html_text import read_tables, read_text


def test_line_breaks_and_cells_never_glue() -> None:
    assert read_text("<p>显卡 H100<br>80GB</p><div>八块</div>") == "显卡 H100\n80GB\n八块"
    assert read_text("<table><tr><td>H100<br>80GB</td><td>8</td></tr></table>") == "H100 80GB | 8"


def test_words_split_over_spans_stay_whole() -> None:
    assert (
        read_text("<p><span>采购</span><span>人：</span><u>&nbsp;东屏理工大学&nbsp;</u></p>") == "采购人： 东屏理工大学"
    )
    assert read_text("<p>采购\n      人：东屏\r\n理工大学</p>") == "采购人：东屏理工大学"
    assert read_text("<p>GPU\nserver</p>") == "GPU server"


def test_full_width_and_hard_spaces_are_single_spaces() -> None:
    assert read_text("<p>\u3000\u3000名\u3000称：\u200b甲&nbsp;&nbsp;乙</p>") == "名 称：甲 乙"


def test_spans_are_expanded_into_the_grid() -> None:
    html = (
        "<table><tr><td rowspan=2>包1</td><td>服务器</td><td>2</td></tr><tr><td colspan=2>详见附件</td></tr>"
        "<tr><td>包2</td><td>交换机</td></tr></table>"
    )
    assert read_tables(html) == [[["包1", "服务器", "2"], ["包1", "详见附件", "详见附件"], ["包2", "交换机", ""]]]
    assert read_text(html) == "包1 | 服务器 | 2\n包1 | 详见附件\n包2 | 交换机"


def test_a_cell_of_several_lines_keeps_them_in_the_grid() -> None:
    assert read_tables("<table><tr><td><p>甲</p><p>乙</p></td><td>1</td></tr></table>") == [[["甲\n乙", "1"]]]


def test_an_empty_cell_keeps_its_place() -> None:
    assert read_text("<table><tr><td>1</td><td></td><td>木梁</td><td></td></tr></table>") == "1 |  | 木梁"


def test_a_table_inside_a_cell_is_read_on_its_own() -> None:
    html = "<table><tr><td>一、说明<table><tr><td>名称</td><td>数量</td></tr></table>完</td></tr></table>"
    assert read_text(html) == "一、说明\n名称 | 数量\n完"
    assert read_tables(html) == [[["名称", "数量"]]]


def test_a_table_of_one_cell_is_paragraphs() -> None:
    assert read_text("<table><tr><td><p>第一段</p><p>第二段</p></td></tr></table>") == "第一段\n第二段"


def test_unclosed_tags_lose_nothing() -> None:
    assert read_text("<table><tr><td>甲<td>乙<tr><td>丙<td>丁") == "甲 | 乙\n丙 | 丁"
    assert read_text("<div><p>甲<p>乙<b>丙") == "甲\n乙丙"


def test_scripts_styles_and_comments_are_no_text() -> None:
    html = (
        "<style>p{font-family:微软雅黑}</style><script>var a='H100';</script><!-- A100 --><p style='font:微软'>正文</p>"
    )
    assert read_text(html) == "正文"


def test_a_page_inside_a_page_is_read() -> None:
    html = "<div><html><head><title>信息系统</title></head><body><div>正文</div></body></html></div><p>后文</p>"
    assert read_text(html) == "正文\n后文"


def test_a_title_that_is_never_closed_does_not_swallow_the_body() -> None:
    assert read_text("<html><head><title>甲<body><p>正文</p>").endswith("正文")
    assert read_text("<p>前文<iframe src=x><p>正文</p>") == "前文\n正文"


def test_ticked_boxes_and_filled_fields_are_shown() -> None:
    html = "<p><input type=checkbox>询价<input type=checkbox checked>磋商<input value=120>元<input type=hidden></p>"
    assert read_text(html) == "□询价☑磋商120元"


def test_text_without_tags_keeps_its_lines() -> None:
    assert read_text("第一行\r\n\n 第二行 ") == "第一行\n第二行"


def test_preformatted_text_keeps_its_lines() -> None:
    assert read_text("<pre>第一行\n第二行</pre>") == "第一行\n第二行"


def test_absurd_spans_stay_small_and_lose_no_cell() -> None:
    rows = "<tr><td colspan=60000 rowspan=60000>x</td></tr>" * 2000
    grid = read_tables(f"<table>{rows}<tr><td>a</td><td>b</td></tr></table>")[0]
    assert max(map(len, grid)) <= 402
    assert {"a", "b"} <= set(grid[-1])


def test_unknown_marked_sections_are_skipped() -> None:
    html = "<p><![if !supportLists]>1.<![endif]>服务器</p><![CD[x]]><![cr <p>交换机</p>"
    assert read_text(html).split("\n")[0] == "1.服务器"


def test_a_page_of_five_megabytes_is_read_in_seconds() -> None:
    row = "<tr><td><p class='MsoNormal'><span style='font-size:9pt'>服务器</span></p></td><td>2台</td></tr>"
    html = "<table>" + row * (5_000_000 // len(row)) + "</table>"
    start = time.perf_counter()
    assert read_text(html).count("\n") > 50_000
    assert time.perf_counter() - start < 20
