"""Sites on FreeCMS (a list with bodies) and on GPCMS (a list, then getInfoById)."""

from typing import Any
from urllib.parse import urlsplit

from tests.portal.articles import Article, Shelf, json_reply, query
from tests.portal.replies import Reply


class FreecmsSite:
    """`with_days`: whether the list takes them; without, it lists everything it has."""

    def __init__(self, shelf: Shelf, service: str, *, with_days: bool = True) -> None:
        self.shelf = shelf
        self._service = service
        self._with_days = with_days

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if urlsplit(path).path != self._service:
            return None
        asked = query(path)
        days = (asked["operationStartTime"], asked["operationEndTime"]) if self._with_days else ("", "")
        rows, total = self.shelf.page(
            asked.get("noticeType", ""), *days, int(asked["currPage"]), int(asked["pageSize"])
        )
        data = [
            _row(row) | {"content": row.body, "pageurl": f"/freecms/site/x/info/2026/{row.id}.html"} for row in rows
        ]
        return json_reply({"code": "200", "msg": "success", "total": total, "data": data})


class GpcmsSite:
    """The rows of notices whose channel is in `embodied` hold their bodies, as Shaanxi's do."""

    def __init__(self, shelf: Shelf, embodied: tuple[str, ...] = ()) -> None:
        self.shelf = shelf
        self._embodied = embodied

    def answer(self, path: str, posted: bytes) -> Reply | None:
        asked = query(path)
        if path.startswith("/gpcms/rest/web/v2/info/selectInfoForIndex?"):
            days = asked["operationStartTime"], asked["operationEndTime"]
            size = min(20, int(asked["pageSize"]))
            rows, total = self.shelf.page(asked["noticeType"], *days, int(asked["currPage"]), size)
            listed = [_row(row) | ({"content": row.body} if row.channel in self._embodied else {}) for row in rows]
            return json_reply({"code": "200", "msg": "操作成功", "data": {"rows": listed, "total": total}})
        if path.startswith("/gpcms/rest/web/v2/info/getInfoById?"):
            found = self.shelf.find(asked["id"])
            if found is None:
                return json_reply({"code": "500", "msg": "公告不存在", "data": None})
            data = _row(found) | {"noticeContent": found.body, "content": None, "attchList": []}
            return json_reply({"code": "200", "msg": "操作成功", "data": data})
        return None


def _row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id, "title": f"<font color='red'>{article.title[:3]}</font>{article.title[3:]}",
        "noticeTime": article.stamp, "regionName": "望潮市", "purchaser": article.buyer, "agency": None,
        "openTenderCode": article.code, "noticeType": article.channel, "noticeTypeName": None, "budget": None,
    }  # fmt: skip
