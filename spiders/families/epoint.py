"""How to walk a portal built with 新点 Epoint WebBuilder: its full-text search by category and days.

Facts (2026): POST …/getFullTextDataNew with raw JSON; pn is an offset, rn the page's size; the site's own pages leave
this interface after some 360 rows, so a window stays below that; an article's page is static HTML.
"""

import json
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from notices.notice import Notice
from spiders.base import content_type_of
from spiders.pages import epoint as pages
from spiders.pages.gate import is_gate
from spiders.pages.record import Listing, Record
from spiders.questions import FORM_TYPE, Question
from spiders.slices import Slice
from spiders.windows import WindowSpider

ROWS = 20
# A single day over the cap is asked for in these parts: first second → last second.
PARTS = {"00:00:00": "08:59:59", "09:00:00": "11:59:59", "12:00:00": "15:59:59", "16:00:00": "23:59:59"}
# The search's whole question, as the sites' own pages ask it.
_SEARCH: dict[str, Any] = {
    "token": "", "pn": 0, "rn": ROWS, "sdt": "", "edt": "", "wd": "", "inc_wd": "", "exc_wd": "", "fields": "",
    "cnum": "", "sort": "", "ssort": "", "cl": 10000, "terminal": "", "condition": [], "time": [], "highlights": "",
    "statistics": None, "unionCondition": None, "accuracy": "", "noParticiple": "1", "searchRange": None, "noWd": True,
}  # fmt: skip


class EpointSpider(WindowSpider):
    """`channels`: category number → the site's word for it. `date_field`: by which date this installation sorts.

    `further`: exact conditions besides the category. `by_site_number`: the channels are values of `cnum`.
    """

    family = "epoint"
    path: ClassVar[str] = "/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew"
    date_field: ClassVar[str] = "webdate"
    further: ClassVar[tuple[tuple[str, str], ...]] = ()
    by_site_number: ClassVar[bool] = False
    cap = 360
    slice_days = 7

    def question(self, piece: Slice, number: int) -> Question:
        begins = piece.facet or "00:00:00"
        ends = PARTS[piece.facet] if piece.facet else "23:59:59"
        days = {
            "fieldName": self.date_field,
            "startTime": f"{piece.since} {begins}",
            "endTime": f"{piece.until} {ends}",
        }
        asked = _SEARCH | {
            "pn": (number - 1) * ROWS,
            "cnum": piece.channel if self.by_site_number else "",
            "sort": json.dumps({self.date_field: "0"}),
            "condition": self._conditions(piece.channel),
            "time": [days],
        }
        posted = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": FORM_TYPE, "Accept": "application/json"}
        return Question(urljoin(self.url, self.path), posted, headers)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url, self.date_field)

    def read_detail(self, response: Response, record: Record) -> Record:
        return pages.read_detail(response.body, record, content_type_of(response))

    def detail_of(self, notice: Notice) -> str:
        return notice.url if notice.url.endswith((".html", ".htm")) else ""

    def facets(self, piece: Slice) -> tuple[str, ...]:
        return tuple(PARTS) if piece.days == 1 else ()

    def is_gated_file(self, response: Response) -> bool:
        return is_gate(response.body)

    def _conditions(self, category: str) -> list[dict[str, Any]]:
        unused = {"notEqual": None, "equalList": None, "notEqualList": None}
        exact = [{"fieldName": name, "equal": value, **unused} for name, value in self.further]
        if self.by_site_number:
            return exact
        beginning = {"isLike": True, "likeType": 2}
        return [*exact, {"fieldName": "categorynum", "equal": category, **unused, **beginning}]
