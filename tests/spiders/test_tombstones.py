"""Pages that stand where a notice stood, and pages that only look like it."""

import pytest

from notices.notice import Notice
from spiders.pages.tombstone import is_shown, removal_in

TITLE = "东屏理工大学智算服务器采购公告"
MENU = "<ul><li>首页</li><li>采购公告</li><li>中标公告</li><li>政策法规</li></ul>"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>该公告已删除</p>", "该公告已删除"),
        (f"{MENU}<div><b>您访问的信息不存在或已被管理员删除</b></div>", "您访问的信息不存在或已被管理员删除"),
        ("<title>提示</title><h3>没有找到您要的页面</h3>", "没有找到您要的页面"),
        ("<h1>404 Not Found</h1>", "404 Not Found"),
        ("<p>The page you asked for does not exist.</p>", "The page you asked for does not exist."),
        ('{"success": false, "error": "公告不存在", "result": {"data": null}}', "公告不存在"),
        ('{"code": 500, "msg": "\\u5185\\u5bb9\\u5df2\\u4e0b\\u67b6"}', "内容已下架"),
        # The notice itself, whatever it speaks of.
        (f"<h1>{TITLE}</h1><p>原公告已撤销</p>", None),
        (f"<h1>{TITLE[:6]}\n{TITLE[6:]}</h1><p>页面不存在</p>", None),
        ('{"title": "' + TITLE + '", "content": "<p>链接不存在</p>"}', None),
        # Nothing that says so.
        (f"{MENU}<p>系统维护中</p>", None),
        ("<script>var text = '页面不存在';</script><p>加载中</p>", None),
        ("<p>投标人须知：" + "供应商提供的信息不存在虚假记载，" * 8 + "</p>", None),
        ("", None),
        ("{", None),
    ],
)
def test_a_removal_is_what_a_page_without_the_notice_says_of_it(page: str, said: str | None) -> None:
    assert removal_in(page, TITLE) == said


def test_a_list_with_the_title_on_it_is_not_the_notice() -> None:
    body = "项目编号：DP-2026-7\n服务器 | 4台\n采购人名称：东屏理工大学\n预算金额：280万元"
    notice = Notice("s", "1", "http://a.example/1", TITLE, "tender", None, text=body)
    rows = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    assert is_shown(notice, f"<h1>{TITLE}</h1>{rows}")
    assert is_shown(notice, f"<h1>{TITLE}</h1>{rows.replace('280', '310').replace('4台', '8台')}")
    assert not is_shown(notice, f"<ul><li>{TITLE}</li><li>办公桌采购公告</li></ul>")
    assert not is_shown(notice, rows)
