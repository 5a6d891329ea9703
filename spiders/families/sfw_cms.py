"""How to walk the campus procurement system 思必得 (云采通): the list of each section, newest first.

Facts (2026): POST /sfw_cms/e with page=cms.psms.publish.query; a publication's body lies on the maker's own host. The
category of a section has another number on every host; hosts whose number is not known are asked without one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from notices.errors import UnreadablePageError
from notices.notice import Notice
from spiders.items import ReadNotice
from spiders.loss import GONE, loss_of
from spiders.pages import sfw_cms as pages
from spiders.pages.record import Listing, Record
from spiders.questions import FORM_TYPE, Question
from spiders.slices import Slice
from spiders.walk import Row
from spiders.windows import WindowSpider

ROWS = 20
FURTHER = "further"


@dataclass(frozen=True, slots=True)
class Section:
    """`label` is the site's word, `types` the publications of it, `group` its ggType if it has one."""

    label: str
    types: tuple[str, ...]
    sort: str
    group: str = ""


# Each by the first of its types.
SECTIONS = {
    section.types[0]: section
    for section in (
        Section("采购公告", ("ZCXQ", "YQXQ", "BYXQ", "CSXQ"), "sync_time desc", "XQ"),
        Section("成交公告", ("ZCGG", "ZCGS", "FBGG", "BGGG"), "sync_time desc", "GG"),
        Section("采购意向", ("YXGK",), "begin_time desc"),
        Section("合同公示", ("HTGS", "HTBG"), "is_top desc,pdate desc"),
    )
}


class SfwCmsSpider(WindowSpider):
    """`categories`: section (by its first type) → the host's number for it.

    `repeated`: how the form names a value that it repeats. `first_row`: the number of a list's first row.
    """

    family = "sfw_cms"
    channels = {kind: section.label for kind, section in SECTIONS.items()}  # noqa: RUF012
    categories: ClassVar[Mapping[str, str]] = {}
    repeated: ClassVar[str] = "type[]"
    first_row: ClassVar[int] = 0
    is_dated = False
    first_days = 90

    def question(self, piece: Slice, number: int) -> Question:
        section = SECTIONS[piece.channel]
        form = [
            ("page", "cms.psms.publish.query"), ("window_", "json"), ("request_method_", "ajax"),
            ("browser_", "notmsie"), ("start", str(self.first_row + (number - 1) * ROWS)), ("limit", str(ROWS)),
            ("sort", section.sort), ("categoryId", self.categories.get(piece.channel, "")), ("keywords", ""),
        ]  # fmt: skip
        form += [("ggType", section.group)] if section.group else []
        form += [(self.repeated, kind) for kind in section.types]
        headers = {"Content-Type": FORM_TYPE, "X-Requested-With": "XMLHttpRequest", "Accept": "application/json"}
        return Question(urljoin(self.url, "/sfw_cms/e"), urlencode(form).encode(), headers)

    def read_list(self, response: Response, piece: Slice) -> Listing:  # noqa: ARG002
        return pages.read_list(response.body, self.url)

    def read_detail(self, response: Response, record: Record) -> Record:
        if FURTHER in response.meta:
            return pages.with_files(response.body, record)
        return pages.read_detail(response.body, record)

    def detail_of(self, notice: Notice) -> str:
        return pages.detail_address(notice.url)

    def parse_notice(self, response: Response, row: Row, label: str) -> Iterator[ReadNotice | Request]:
        """A publication's attachments stand in a second answer; without that, the first is still the notice."""
        request = None if FURTHER in response.meta else self._ask_further(response, label)
        if request is None:
            yield from super().parse_notice(response, row, label)
        else:
            yield request

    def lost(self, failure: Failure) -> Iterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        if FURTHER in request.meta and loss_of(failure).kind == GONE:
            row, label = request.cb_kwargs["row"], request.cb_kwargs["label"]
            yield from self._store(row, label, request.meta["listed"], self._waiting.pop(row.id, []))
        else:
            yield from super().lost(failure)

    def _ask_further(self, response: Response, label: str) -> Request | None:
        record = response.meta["row"]
        try:
            whole = pages.read_detail(response.body, record)
            address = pages.files_address(response.body, record.url)
        except UnreadablePageError:
            return None
        if not address or not pages.may_have_more(whole):
            return None
        request = self.ask_notice(replace(whole, detail=address), label)
        again = {"again": True} if "again" in response.meta else {}
        meta = request.meta | again | {FURTHER: True, "listed": response.meta["kept"]}
        return request.replace(dont_filter=True, meta=meta)
