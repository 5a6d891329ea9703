"""Shenzhen's trading centre: POST a JSON question whose pages count from 0, GET the content with its attributes."""

import json
from typing import Any

from tests.portal.articles import Article, Shelf, json_reply, query
from tests.portal.replies import Reply

SERVICE = "/cms/api/v1/trade/content/"


class SzggzySite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path == f"{SERVICE}page":
            return self._list(json.loads(posted))
        if path.startswith(f"{SERVICE}detail?"):
            found = self.shelf.find(query(path)["contentId"])
            return self._detail(found) if found else json_reply({"code": 404, "msg": "内容不存在", "data": None})
        return None

    def _list(self, asked: dict[str, Any]) -> Reply:
        (kind,) = [each["fieldValue"] for each in asked["fields"] if each["fieldName"] == "jygg_gglxmc_rank1"]
        days = asked["releaseTimeBegin"], asked["releaseTimeEnd"]
        rows, total = self.shelf.page(kind, *days, asked["page"] + 1, asked["size"])
        listed = [
            {
                "contentId": row.id, "title": row.title, "releaseTime": row.stamp, "purchaseMan": row.buyer,
                "projectCode": row.code, "proxyComName": None, "winnerName": None, "appNoticeTypeName": None,
            }
            for row in rows
        ]  # fmt: skip
        return json_reply({"code": 200, "msg": "成功", "data": {"content": listed, "totalElements": total}})

    def _detail(self, found: Article) -> Reply:
        attributes = [
            {"attrName": "jygg_cgr", "attrValue": found.buyer},
            {"attrName": "jygg_xmbh", "attrValue": found.code},
        ]
        data = {"title": found.title, "releaseTime": found.stamp, "txt": found.body, "attrs": attributes}
        return json_reply({"code": 200, "msg": "成功", "data": data})
