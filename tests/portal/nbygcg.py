"""Ningbo's platform: POST GetBulletinList, which takes no days, states no total and gives whole bodies."""

import json

from tests.portal.articles import Shelf, json_reply
from tests.portal.replies import Reply


class NbygcgSite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path != "/api/Portal/GetBulletinList":
            return None
        asked = json.loads(posted)
        rows, _ = self.shelf.page(asked["classID"], "", "", asked["pageIndex"], asked["pageSize"])
        listed = [
            {
                "autoId": row.id, "bulletinTitle": row.title, "bulletinContent": row.body, "prjNo": row.code,
                "publishDate": f"{row.published:%Y-%m-%d}", "endDate": None, "kbDate": None, "prjId": f"M{row.id}",
            }
            for row in rows
        ]  # fmt: skip
        return json_reply({"code": 200, "body": {"data": listed}})
