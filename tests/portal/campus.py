"""Campus sites as VSB, webplus and the .chtml system make them: columns page by page, articles, files; all invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from tests.portal.replies import Reply, page
from tests.portal.site import days_back

PAGE_SIZE = 8
HTML = '<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
CODE_FORM = HTML.format(
    title="下载",
    body="<form action='/system/_content/download.jsp'>请输入验证码 <input name='codeValue'>"
    "<img src='/system/resource/js/filedownload/createimage.jsp'></form>",
)
ON_CAMPUS = HTML.format(
    title="系统提示", body="<div class='prompt'>系统提示：您无权访问此页面，请使用校园网访问。</div>"
)


@dataclass(frozen=True, slots=True)
class Article:
    """One notice of a campus site; `file` is the name of its attachment, `gated` whether that wants a code first.

    `elsewhere`: the row leads to this address instead of an article. `listed_day`: whether the list gives the date.
    """

    number: int
    title: str
    published: datetime
    body: str = "<p>采购内容：办公家具一批。</p>"
    file: str = ""
    gated: bool = False
    on_campus: bool = False
    elsewhere: str = ""
    listed_day: bool = True


def articles(count: int) -> list[Article]:
    """`count` ordinary articles, one a day, the newest first."""
    return [
        Article(1000 + count - number, f"东屏理工大学物资采购公告（{count - number}）", days_back(number))
        for number in range(count)
    ]


class CampusSite:
    """What the three systems share; `column` is the path of the one column's first page."""

    column: str

    def __init__(self, published: list[Article]) -> None:
        self.published = list(published)

    def answer(self, path: str, posted: bytes) -> Reply | None:
        parts = urlsplit(path)
        number = self.page_number(parts.path)
        if number is not None and 1 <= number <= self.pages:
            shown = self.published[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
            return page(self.render_list(shown, number))
        found = next((each for each in self.published if path == self.file_path(each) and each.file), None)
        if found:
            is_given = not found.gated
            return page(f"file {found.number}".encode(), content_type="text/plain") if is_given else page(CODE_FORM)
        found = next((each for each in self.published if parts.path == self.path(each)), None)
        if found is None:
            return None
        return page(ON_CAMPUS if found.on_campus else self.render_article(found))

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.published) // PAGE_SIZE))

    def page_number(self, path: str) -> int | None:
        raise NotImplementedError

    def path(self, article: Article) -> str:
        raise NotImplementedError

    def file_path(self, article: Article) -> str:
        raise NotImplementedError

    def render_list(self, shown: list[Article], number: int) -> str:
        raise NotImplementedError

    def render_article(self, article: Article) -> str:
        raise NotImplementedError

    def link(self, article: Article) -> str:
        return article.elsewhere or self.path(article)


class VsbSite(CampusSite):
    """A column whose later pages count down: page 2 of 5 is /zbxx/4.htm, the last is /zbxx/1.htm."""

    def __init__(self, published: list[Article], column: str = "/zbxx.htm") -> None:
        super().__init__(published)
        self.column = column
        self._folder = column.removesuffix(".htm")

    def page_number(self, path: str) -> int | None:
        if path == self.column:
            return 1
        name = path.removeprefix(f"{self._folder}/").removesuffix(".htm")
        return self.pages + 1 - int(name) if name.isdecimal() else None

    def path(self, article: Article) -> str:
        return f"/info/1021/{article.number}.htm"

    def file_path(self, article: Article) -> str:
        return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=7&wbfileid={article.number}"

    def render_list(self, shown: list[Article], number: int) -> str:
        rows = "".join(
            f'<li class="news"><span class="btt"><a href="{self.link(each)}" title="{each.title}">{each.title[:9]}…</a>'
            "</span>"
            f"<span>{f'{each.published:%Y-%m-%d}' if each.listed_day else ''}</span></li>"
            for each in shown
        )
        following = (
            f'<a href="{self._folder}/{self.pages - number}.htm">下页</a>'
            if number < self.pages
            else "<span>下页</span>"
        )
        side = "<ul><li><a href='/info/1/1.htm'>通知</a></li></ul>"
        return HTML.format(
            title="招标信息", body=f"{side}<ul class='list'>{rows}</ul><div>共{len(self.published)}条 {following}</div>"
        )

    def render_article(self, article: Article) -> str:
        file = f'<li>附件【<a href="{self.file_path(article)}">{article.file}</a>】</li>' if article.file else ""
        form = (
            f'<form name="_newscontent_fromname"><h1>{article.title}</h1>'
            f"<p>时间：{article.published:%Y年%m月%d日 %H:%M}</p>"
            f'<div id="vsb_content"><div class="v_news_content">{article.body}</div></div><ul>{file}</ul></form>'
        )
        return HTML.format(title=article.title, body=form)


class WebplusSite(CampusSite):
    column = "/1291/list.htm"

    def page_number(self, path: str) -> int | None:
        name = path.removeprefix("/1291/list").removesuffix(".htm")
        return 1 if path == self.column else int(name) if name.isdecimal() else None

    def path(self, article: Article) -> str:
        return f"/{article.published:%Y/%m%d}/c1291a{article.number}/page.htm"

    def file_path(self, article: Article) -> str:
        return f"/_upload/article/files/{article.number}/a.docx"

    def render_list(self, shown: list[Article], number: int) -> str:
        rows = "".join(
            f'<li class="list_item i1"><span class="Article_Title"><a href="{self.link(each)}" title="{each.title}">'
            f'{each.title}</a></span><span class="Article_PublishDate">'
            f"{f'{each.published:%Y-%m-%d}' if each.listed_day else ''}</span></li>"
            for each in shown
        )
        pager = f'<em class="curr_page">{number}</em>/<em class="all_pages">{self.pages}</em>'
        return HTML.format(title="招标信息", body=f'<ul class="wp_article_list">{rows}</ul>{pager}')

    def render_article(self, article: Article) -> str:
        file = f'<p><a href="{self.file_path(article)}">{article.file}</a></p>' if article.file else ""
        return HTML.format(
            title=article.title,
            body=f'<h1 class="arti_title">{article.title}</h1>'
            f'<span class="arti_update">发布时间：{article.published:%Y-%m-%d}</span>'
            f"<div class='wp_articlecontent'>{article.body}{file}</div>",
        )


class ChtmlSite(CampusSite):
    column = "/cgxxhw/index.chtml"

    def page_number(self, path: str) -> int | None:
        name = path.removeprefix("/cgxxhw/index_").removesuffix(".chtml")
        return 1 if path == self.column else int(name) if name.isdecimal() else None

    def path(self, article: Article) -> str:
        return f"/cgxxhw/{article.published:%Y%m%d}/i{article.number}.html"

    def file_path(self, article: Article) -> str:
        return f"/upload/{article.number}.doc"

    def render_list(self, shown: list[Article], number: int) -> str:
        rows = "".join(
            f'<dd cid="{each.number}"><a href="{self.link(each)}" title="{each.title}">{each.title[:8]}</a>'
            f"<span>{f'{each.published:%Y-%m-%d}' if each.listed_day else ''}</span></dd>"
            for each in shown
        )
        following = f'<a href="/cgxxhw/index_{number + 1}.chtml">下一页</a>' if number < self.pages else ""
        return HTML.format(title="采购信息", body=f"<dl>{rows}</dl>共{len(self.published)}条{following}")

    def render_article(self, article: Article) -> str:
        file = f'<a href="{self.file_path(article)}">{article.file}</a>' if article.file else ""
        return HTML.format(
            title=article.title,
            body=f"<div class='nav'><a href='/'>首页</a></div><h1>{article.title}</h1>"
            f"<div>发布时间：{article.published:%Y-%m-%d}</div><div class='con'>{article.body}"
            f"<p>东屏理工大学招标办公室受有关单位委托，就本项目进行采购，欢迎合格的供应商参加。</p>{file}</div>",
        )


MAKERS: dict[str, Callable[[list[Article]], CampusSite]] = {
    "nuist-bulletin": VsbSite,
    "hrbust-gzc": WebplusSite,
    "nju-zbb": ChtmlSite,
}
