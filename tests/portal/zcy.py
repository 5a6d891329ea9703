"""A site on 政采云: POST /portal/category by category and days, GET /portal/detail per article."""

import json
from typing import Any

from tests.portal.articles import Article, Shelf, json_reply, query
from tests.portal.replies import Reply


def millis(article: Article) -> int:
    return int(article.published.timestamp() * 1000)


class ZcySite:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if path == "/portal/category":
            return self._list(json.loads(posted)) if posted else Reply(416, b"")
        if path.startswith("/portal/detail?"):
            return self._detail(query(path)["articleId"])
        return None

    def _list(self, asked: dict[str, Any]) -> Reply:
        days = asked["publishDateBegin"], asked["publishDateEnd"]
        rows, total = self.shelf.page(asked["categoryCode"], *days, asked["pageNo"], min(asked["pageSize"], 100))
        data = {"total": total, "data": [_row(row) for row in rows]}
        return json_reply({"success": True, "result": {"data": data}, "error": None})

    def _detail(self, article_id: str) -> Reply:
        found = self.shelf.find(article_id)
        if found is None:
            return json_reply({"success": False, "result": {"data": None}, "error": "公告不存在"})
        data = {
            "title": found.title, "author": "望潮咨询有限公司", "projectCode": found.code, "publishDate": millis(found),
            "content": found.body, "announcementType": 1, "attachmentVO": {"attachments": []}, "expiredAt": None,
        }  # fmt: skip
        return json_reply({"success": True, "result": {"data": data}, "error": None})


def _row(article: Article) -> dict[str, Any]:
    return {
        "articleId": article.id, "siteId": 66, "title": article.title, "author": "望潮咨询有限公司", "pathName": None,
        "publishDate": millis(article), "districtCode": "999900", "districtName": "望潮市", "gpCatalogName": "家具",
        "procurementMethod": "公开招标", "projectCode": article.code, "projectName": None,
        "purchaseName": article.buyer, "supplierName": None,
    }  # fmt: skip
