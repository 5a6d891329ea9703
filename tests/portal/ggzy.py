"""The national trading platform: POST getTradList by stage, days and province, and pages of which some have no body."""

from typing import Any
from urllib.parse import parse_qs

from tests.portal.articles import Article, Shelf, json_reply
from tests.portal.replies import Reply, page


class GgzySite:
    """The province of a notice is the first six signs of its code. One without a body has no page under /b/.

    `has_pages`: whether the rows lead to pages on the site at all.
    """

    def __init__(self, shelf: Shelf, *, has_pages: bool = True) -> None:
        self.shelf = shelf
        self._pages = "a" if has_pages else "elsewhere"

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path == "/information/pubTradingInfo/getTradList":
            asked = {name: values[0] for name, values in parse_qs(posted.decode()).items()}
            return self._list(asked) if asked.get("DEAL_TIME") == "06" else None
        found = self.shelf.find(path.rsplit("/", 1)[-1].removesuffix(".html"))
        if not path.startswith("/information/deal/html/b/") or found is None or not found.body:
            return None
        return page(
            f'<html><body><h4 class="h4_o">{found.title}</h4><p class="p_o"><span>发布时间：{found.stamp}</span></p>'
            f'<div id="mycontent"><div class="detail_content">{found.body}</div></div>'
            '<p>原文链接：<a href="http://ggzy.example.org/n/1.html">http://ggzy.example.org/n/1.html</a></p></body></html>'
        )

    def _list(self, asked: dict[str, str]) -> Reply:
        whole = self.shelf.articles
        province = asked["DEAL_PROVINCE"]
        if province != "0":
            self.shelf.articles = [each for each in whole if each.code.startswith(province)]
        days = asked["TIMEBEGIN"], asked["TIMEEND"]
        rows, total = self.shelf.page(asked["DEAL_STAGE"], *days, int(asked["PAGENUMBER"]), 20)
        self.shelf.articles = whole
        data = {
            "records": [_row(row, self._pages) for row in rows],
            "total": total,
            "size": 20,
            "current": 1,
            "pages": -(-total // 20),
        }
        return json_reply({"code": 200, "message": "操作成功", "data": data})


def _row(article: Article, pages: str) -> dict[str, Any]:
    day = f"{article.published:%Y%m%d}"
    return {
        "id": article.id, "title": article.title, "publishTime": f"{article.published:%Y-%m-%d}",
        "informationType": article.channel, "informationTypeText": None, "businessTypeText": "政府采购",
        "provinceText": "望潮省", "tenderProjectCode": article.code, "bodyContent": None,
        "url": f"/information/deal/html/{pages}/999900/{article.channel}/{day}/{article.id}.html",
    }  # fmt: skip
