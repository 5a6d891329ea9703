"""The Ministry of Commerce's platform: POST bulletinInfoList by kind, and pages under /bidDetail/."""

from urllib.parse import parse_qs

from tests.portal.articles import Shelf, json_reply
from tests.portal.replies import Reply, page


class MofcomSite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path == "/zbwcms/front/bidding/bulletinInfoList" and posted:
            asked = {name: values[0] for name, values in parse_qs(posted.decode()).items()}
            rows, _ = self.shelf.page(asked["typeCode"], "", "", int(asked["pageNumber"]), 10)
            listed = [
                {
                    "fdid": row.id, "name": row.title, "publishTime": f"{row.published:%Y-%m-%d}", "areaName": "望潮",
                    "filePath": f"/{row.published:%Y/%m}/{row.id}.html", "digest": "", "industryName": "仪器仪表",
                    "capitalSourceName": "自筹",
                }
                for row in rows
            ]  # fmt: skip
            return json_reply({"rows": listed})
        found = self.shelf.find(path.rsplit("/", 1)[-1].removesuffix(".html"))
        if found is None or not path.startswith("/bidDetail/"):
            return None
        menu = "<div class='nav'><a href='/'>首页</a></div>"
        return page(f"<html><body>{menu}<h1>{found.title}</h1><div class='article'>{found.body}</div></body></html>")
