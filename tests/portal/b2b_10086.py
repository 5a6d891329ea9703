"""China Mobile's list of notices: POST a JSON question by kind and days."""

import json

from tests.portal.articles import Shelf, json_reply
from tests.portal.replies import Reply


class B2bSite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path != "/api-b2b/api-sync-es/white_list_api/b2b/publish/queryList":
            return None
        asked = json.loads(posted)
        days = asked["creationDateStart"], asked["creationDateEnd"]
        rows, total = self.shelf.page(asked["publishOneType"], *days, asked["current"], asked["size"])
        listed = [
            {
                "id": row.id, "uuid": f"u-{row.id}", "name": row.title, "publishDate": row.stamp, "total": 0,
                "publishType": asked["publishType"], "publishOneType": row.channel, "companyTypeName": "望潮",
                "publishOneType_dictText": None, "companyName": None, "projectCode": None, "backDate": row.stamp,
            }
            for row in rows
        ]  # fmt: skip
        return json_reply({"code": 0, "msg": "success", "data": {"content": listed, "totalElements": total}})
