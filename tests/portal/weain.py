"""A site that lists titles in public and keeps the pages for those who log in."""

from tests.portal.articles import Shelf, json_reply, query
from tests.portal.replies import Reply, redirect


class WeainSite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if not path.startswith("/api/front/list/"):
            return redirect("/nologin.html")
        asked = query(path)
        days = asked["startTime"], asked["endTime"]
        rows, total = self.shelf.page(asked["LMID"], *days, int(asked["pageNo"]), 20)
        listed = [
            {
                "ID": row.id, "publishTime": row.stamp, "pcUrl": f"/cggg/jdgg/{row.id}.html", "deadline": "2026-12-31",
                "purchaseType": "公开招标", "nonSecretTitle": row.title, "secretGrade": "0", "LMID": row.channel,
            }
            for row in rows
        ]  # fmt: skip
        return json_reply({"list": {"totalNum": total, "contentList": listed}})
