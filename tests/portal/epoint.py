"""A trading portal as 新点 Epoint makes it: a search over POST by category and days, and article pages."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from notices.dates import find_moment
from tests.portal.replies import Reply, page
from tests.portal.site import days_back

JSON = "application/json;charset=UTF-8"
SEARCH = "/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew"


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice of the portal; `file` is the path of its attachment, `gated` whether that wants a code first."""

    infoid: str
    category: str
    title: str
    published: datetime
    body: str = "<p>采购内容：办公家具一批。</p>"
    file: str = ""
    gated: bool = False

    @property
    def path(self) -> str:
        return f"/jyxx/{self.category}/{self.published:%Y%m%d}/{self.infoid}.html"


def entries(count: int, category: str = "002002001") -> list[Entry]:
    """`count` ordinary notices, one a day, the newest first."""
    return [
        Entry(f"e{count - n:04d}", category, f"锦原市物资采购公告（{count - n}）", days_back(n)) for n in range(count)
    ]


class EpointSite:
    """`asked` is every search as it arrived. `wrapped`: the answer is a string in another answer."""

    def __init__(self, published: list[Entry], *, wrapped: bool = False) -> None:
        self.published = list(published)
        self.asked: list[dict[str, Any]] = []
        self.wrapped = wrapped

    def answer(self, path: str, posted: bytes) -> Reply | None:
        if urlsplit(path).path.endswith("/getFullTextDataNew"):
            return self._search(json.loads(posted)) if posted else page("GET not supported", status=405)
        filed = next((each for each in self.published if each.file and each.file == path), None)
        if filed:
            form = "<html><form action='pageVerify.html'>验证码<input name='verifyCode'></form></html>"
            return page(form) if filed.gated else page(b"%PDF-1.4", content_type="application/pdf")
        found = next((each for each in self.published if each.path == path), None)
        return page(self._article(found)) if found else None

    def _search(self, asked: dict[str, Any]) -> Reply:
        self.asked.append(asked)
        (days,) = asked["time"]
        since, until = find_moment(days["startTime"]), find_moment(days["endTime"])
        assert since
        assert until
        by_category = (each["equal"] for each in asked["condition"] if each["fieldName"] == "categorynum")
        category = next(by_category, asked["cnum"])
        found = [
            each for each in self.published if each.category.startswith(category) and since <= each.published <= until
        ]
        found.sort(key=lambda each: each.published, reverse=True)
        shown = found[asked["pn"] : asked["pn"] + asked["rn"]]
        answer: dict[str, Any] = {
            "result": {"totalcount": len(found), "records": [self._record(each) for each in shown]}
        }
        if self.wrapped:
            answer = {"code": 200, "content": json.dumps(answer, ensure_ascii=False)}
        return page(json.dumps(answer, ensure_ascii=False), content_type=JSON)

    def _record(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": entry.infoid,
            "infoid": entry.infoid,
            "title": entry.title,
            "categorynum": entry.category,
            "categoryname": "中标公告" if entry.category.endswith("003") else "采购公告",
            "webdate": f"{entry.published:%Y-%m-%d %H:%M:%S}",
            "linkurl": entry.path,
        }

    def _article(self, entry: Entry) -> str:
        file = f'<div id="attach"><a href="{entry.file}">采购文件.pdf</a></div>' if entry.file else ""
        return (
            f'<html><head><meta charset="utf-8"><title>公共资源</title></head><body>'
            f'<h2 class="ewb-trade-h">{entry.title}</h2>'
            f'<div class="ewb-trade-info">信息发布时间：{entry.published:%Y-%m-%d %H:%M:%S}</div>'
            f'<div id="newsText">{entry.body}</div>{file}</body></html>'
        )
