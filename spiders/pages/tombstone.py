"""Pages that stand where a notice stood: told from a page that still is the notice."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from notices.notice import Notice
from spiders.pages.dom import parse

# A removal names what was removed; a line that is longer is a sentence of something else.
_LONGEST_LINE = 80
_SHORTEST_LINE = 4
_THING = r"(?:页面?|网页|信息|公告|公示|文章|内容|资源|文件|数据|记录|链接|网址|项目)"
_REMOVED = r"(?:被)?(?:管理员)?(?:删除|撤销|撤回|撤下|下架|下线|移除|取消发布)"
_SAID = re.compile(
    rf"{_THING}[^。，,;；]{{0,10}}(?:(?:已经?){_REMOVED}|不存在|不见了|找不到|未找到|无法找到)|"
    rf"(?:找不到|未找到|没有找到|无法找到|不存在)[^。，,;；]{{0,12}}{_THING}|"
    r"(?:page|document|notice|article|resource)\b.{0,30}\b"
    r"(?:not (?:be )?found|does not exist|(?:was|been) (?:deleted|removed))|"
    r"\b404\b.{0,12}\bnot found\b",
    re.IGNORECASE,
)
_UNSEEN = frozenset({"script", "style", "noscript", "template"})


def removal_in(page: str, title: str) -> str | None:
    """The words by which a page says that the notice under `title` was taken down; None if it does not.

    A page that shows the title still shows the notice, whatever else it says.
    """
    if shows(page, title):
        return None
    return next((line for line in _lines(page) if len(line) <= _LONGEST_LINE and _SAID.search(line)), None)


def shows(page: str, title: str) -> bool:
    """Whether the title stands somewhere on the page, in whatever line breaks."""
    wanted = "".join(title.split())
    return bool(wanted) and wanted in _all_text(page)


def is_shown(notice: Notice, page: str) -> bool:
    """Whether a page shows a notice's title and at least a third of its lines; an edit leaves more than that."""
    lines = {line for each in re.split(r"[\n|]", notice.text) if len(line := "".join(each.split())) >= _SHORTEST_LINE}
    shown = _all_text(page)
    return shows(page, notice.title) and sum(line in shown for line in lines) * 3 >= len(lines)


def _all_text(page: str) -> str:
    return "".join(_words(page)) + "\n" + "".join(page.split())


def _words(page: str) -> Iterator[str]:
    return ("".join(line.split()) for line in _lines(page))


def _lines(page: str) -> Iterator[str]:
    """Each piece of text on its own: of a page's elements, or of the values of an answer in JSON."""
    if page.lstrip()[:1] in {"{", "["}:
        try:
            yield from _values(json.loads(page))
        except (ValueError, RecursionError):
            yield " ".join(page.split())
        return
    root: html.HtmlElement = parse(page)
    for node in root.iter():
        if isinstance(node.tag, str):
            texts = (node.tail,) if node.tag in _UNSEEN else (node.text, node.tail)
            yield from (" ".join(text.split()) for text in texts if text and text.strip())


def _values(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict | list):
        for inner in answer.values() if isinstance(answer, dict) else answer:
            yield from _values(inner)
    elif isinstance(answer, str) and answer.strip():
        yield " ".join(answer.split())
