"""Provincial portals: static lists (北京's form), a WAS search (河北's), and frames that load their body (河南's)."""

import json
from urllib.parse import parse_qs, urlsplit

from notices.dates import SHANGHAI
from tests.portal.campus import HTML, Article
from tests.portal.replies import Reply, page


class StaticSite:
    """One list, /xxgg/sjxxgg/zbgg/A002004001001index_{N}.htm; the three others are there and empty."""

    size = 8

    def __init__(self, published: list[Article]) -> None:
        self.published = list(published)

    def path(self, article: Article) -> str:
        return f"/xxgg/sjxxgg/zbgg/{article.published:%Y/%m/%d}/{article.number}.htm"

    def answer(self, path: str, posted: bytes) -> Reply | None:
        found = next((each for each in self.published if self.path(each) == path), None)
        if found:
            stated = f"<p>发布时间：{found.published:%Y-%m-%d %H:%M}</p>"
            head = f"<div class='xl-box-t'><span>{found.title}</span>{stated}</div>"
            return page(HTML.format(title="公告", body=f"{head}<div id='BodyLabel'>{found.body}</div>"))
        name, _, ending = path.rpartition("index_")
        if not name or not ending.removesuffix(".htm").isdecimal():
            return None
        number = int(ending.removesuffix(".htm"))
        listed = self.published if name.endswith("/zbgg/A002004001001") else []
        shown = listed[(number - 1) * self.size : number * self.size]
        if number > 1 and not shown:
            return None
        rows = "".join(
            f'<li><a href="//www.ccgp-beijing.gov.cn{self.path(each)}">{each.title}</a>'
            f'<span class="datetime">{each.published:%Y-%m-%d}</span></li>'
            for each in shown
        )
        return page(HTML.format(title="列表", body=f'<ul class="inner-ul">{rows}</ul>'))


class HubeiSite:
    """The first list of 湖北's form, /notice/cggg/pzbgg/index_{N}.html; the others are there and empty."""

    size = 15

    def __init__(self, published: list[Article]) -> None:
        self.published = list(published)

    def path(self, article: Article) -> str:
        return f"/notice/{article.published:%Y%m}/notice_{article.number:032x}.html"

    def answer(self, path: str, posted: bytes) -> Reply | None:
        found = next((each for each in self.published if self.path(each) == path), None)
        if found:
            stated = f"<p>发布日期：{found.published:%Y-%m-%d %H:%M}</p>"
            return page(
                HTML.format(title="公告", body=f"<h2>{found.title}</h2>{stated}<div class='art_con'>{found.body}</div>")
            )
        name, _, ending = path.rpartition("index_")
        if not name.startswith("/notice/cggg/") or not ending.removesuffix(".html").isdecimal():
            return None
        number = int(ending.removesuffix(".html"))
        listed = self.published if name.endswith("/pzbgg/") else []
        shown = listed[(number - 1) * self.size : number * self.size]
        if number > 1 and not shown:
            return None
        rows = "".join(
            f'<li><a href="{self.path(each)}">{each.title}</a><span>{each.published:%Y-%m-%d}</span></li>'
            for each in shown
        )
        return page(HTML.format(title="列表", body=f'<ul class="news-list">{rows}</ul>'))


class WasSite:
    """GET /was5/web/search; every section but zbggAAAS is empty."""

    def __init__(self, published: list[Article]) -> None:
        self.published = list(published)

    def path(self, article: Article) -> str:
        return f"/cggg/zbgg/{article.published:%Y%m}/t{article.published:%Y%m%d}_{article.number}.html"

    def answer(self, path: str, posted: bytes) -> Reply | None:
        parts = urlsplit(path)
        if parts.path == "/was5/web/search":
            return self._search({name: values[0] for name, values in parse_qs(parts.query).items()})
        found = next((each for each in self.published if self.path(each) == path), None)
        menu = "<div class='nav'><a href='/'>首页</a></div>"
        words = "<p>受采购人委托，现对下列项目进行政府采购，欢迎合格的供应商前来参加，详情见采购文件。</p>"
        return page(HTML.format(title="公告", body=f"{menu}<div>{found.body}{words}</div>")) if found else None

    def _search(self, asked: dict[str, str]) -> Reply:
        found = [
            each
            for each in self.published
            if asked["lanmu"] == "zbggAAAS"
            and asked["fstarttime"] <= f"{each.published.astimezone(SHANGHAI):%Y-%m-%d}" <= asked["fendtime"]
        ]
        size, number = int(asked["perpage"]), int(asked["page"])
        rows = [
            {
                "docTitle": each.title,
                "docPubUrl": f"https://www.ccgp-hebei.gov.cn{self.path(each)}",
                "docRelTime": f"{each.published:%Y-%m-%d %H:%M:%S}",
                "purchaserName": "燕川学院",
            }
            for each in found[(number - 1) * size : number * size]
        ]
        return page(json.dumps({"data": rows}, ensure_ascii=False), content_type="application/json")


class FrameSite:
    """/henan/list2 and /henan/content, whose script loads the body; the list of the cities is empty.

    A page beyond the last is the last again.
    """

    size = 16

    def __init__(self, published: list[Article]) -> None:
        self.published = list(published)

    def path(self, article: Article) -> str:
        return f"/henan/content?infoId={article.number}&channelCode=H600101&bz=1"

    def body_path(self, article: Article) -> str:
        return f"/cmsweb/nas/webfile2024/henan/{article.number}.htm"

    def answer(self, path: str, posted: bytes) -> Reply | None:
        parts = urlsplit(path)
        if parts.path == "/henan/list2":
            asked = parse_qs(parts.query)
            listed = self.published if asked["bz"] == ["1"] else []
            number = min(int(asked["pageNo"][0]), max(1, -(-len(listed) // self.size)))
            rows = "".join(
                f'<li><a href="{self.path(each)}">{each.title}</a><span class="Gray Right">'
                f"{each.published:%Y-%m-%d}</span></li>"
                for each in listed[(number - 1) * self.size : number * self.size]
            )
            return page(HTML.format(title="列表", body=f'<div class="List2"><ul>{rows}</ul></div>'))
        framed = next((each for each in self.published if self.path(each) == path), None)
        if framed:
            stated = f"发布机构：中岳大学 发布日期：{framed.published:%Y-%m-%d %H:%M}"
            script = f'<script>$.get("{self.body_path(framed)}", function(data){{}});</script>'
            frame = f'<h1>{framed.title}</h1><div class="TxtCenter">{stated}</div><div id="content"></div>{script}'
            return page(HTML.format(title=framed.title, body=frame))
        found = next((each for each in self.published if self.body_path(each) == path), None)
        return page(f"<div>{found.body}</div>") if found else None
