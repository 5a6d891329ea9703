"""A campus procurement system as 思必得 makes it: sections over POST, publications as JSON on the maker's host."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.portal.replies import Reply, page
from tests.portal.site import days_back

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Publication:
    """One notice; without `shared` its body is in the list (`inline`), or is not public at all."""

    id: str
    shared: str
    title: str
    published: datetime
    kind: str = "ZCXQ"
    body: str = "<p>采购内容：办公家具一批。</p>"
    inline: str = ""
    as_pdf: bool = False
    files: dict[str, str] = field(default_factory=dict)


def publications(count: int, kind: str = "ZCXQ") -> list[Publication]:
    """`count` ordinary publications, one a day, the newest first."""
    word = "采购公告" if kind == "ZCXQ" else "成交公告"
    return [
        Publication(f"7{kind}{n}", f"s{kind}{n}", f"东屏技术大学物资{word}（{n}）", days_back(count - n), kind)
        for n in range(count, 0, -1)
    ]


class SfwCmsSite:
    """`asked` is every list as it was asked for; `first_row` is the number by which the first row is asked for."""

    def __init__(self, published: list[Publication], *, first_row: int = 0) -> None:
        self.published = list(published)
        self.first_row = first_row
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, path: str, posted: bytes) -> Reply | None:
        parts = urlsplit(path)
        if parts.path == "/sfw_cms/e" and posted:
            return self._list(parse_qs(posted.decode(), keep_blank_values=True))
        found = next((each for each in self.published if parts.path == f"/api/publish/{each.shared}"), None)
        if found:
            return page(json.dumps(self._publication(found), ensure_ascii=False), content_type=JSON)
        found = next((each for each in self.published if parts.path.endswith(f"/{each.shared}.sson")), None)
        if found and not found.as_pdf:
            files = [{"id": number, "name": name} for number, name in found.files.items()]
            return page(json.dumps({"publish": {"attach": files}}, ensure_ascii=False), content_type=JSON)
        name = parts.path.rsplit("/", 1)[-1]
        is_file = name == "content.pdf" or any(name in each.files for each in self.published)
        return page(b"%PDF-1.4 " + name.encode(), content_type="application/pdf") if is_file else None

    def _list(self, asked: dict[str, list[str]]) -> Reply:
        self.asked.append(asked)
        kinds = asked.get("type[]") or asked.get("type") or []
        found = sorted(
            (each for each in self.published if each.kind in kinds), key=lambda each: each.published, reverse=True
        )
        start = int(asked["start"][0]) - self.first_row
        shown = found[start : start + int(asked["limit"][0])]
        answer = {"resultset": [self._row(each) for each in shown], "count": len(found)}
        return page(json.dumps(answer, ensure_ascii=False), content_type=JSON)

    def _row(self, each: Publication) -> dict[str, Any]:
        moment = f"{each.published:%Y-%m-%d %H:%M:%S}"
        return {
            "id": each.id, "syncId": each.shared, "subject": each.title, "tenderNo": "",
            "beginTime": moment, "syncTime": moment, "pdate": moment, "contentHtml": each.inline,
        }  # fmt: skip

    def _publication(self, each: Publication) -> dict[str, Any]:
        made = int(each.published.timestamp() * 1000)
        kind, content = ("PDF", "") if each.as_pdf else ("HTML", each.body)
        return {"id": each.shared, "contentType": kind, "content": content, "createTime": made}
