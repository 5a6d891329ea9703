"""One procurement announcement as published, with the site's own words beside our codes."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from notices.codelists import NOTICE_KINDS
from notices.dates import SHANGHAI
from notices.document import Document
from notices.money import Money
from notices.party import Party
from notices.terms import Terms


@dataclass(frozen=True, slots=True)
class Item:
    """One row of goods or services; every field is None where the notice does not state it.

    `as_written` is the row's cells joined by " | "; `unit_value` is the price of one unit.
    """

    name: str | None
    brand: str | None = None
    model: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_value: Money | None = None
    lot: str | None = None
    supplier: str | None = None
    as_written: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One announcement. Identity: (source, id), id being the site's own. `published` is aware (the sites' zone).

    `kind` is a code of NOTICE_KINDS, `label` the site's word for it. `text` is the readable body: paragraphs by line,
    table rows as cells joined by " | ". A value that the notice does not give is None or an empty tuple.
    """

    source: str
    id: str
    url: str
    title: str
    kind: str
    published: datetime | None
    text: str = ""
    label: str = ""
    parties: tuple[Party, ...] = ()
    project_code: str | None = None
    method: str | None = None
    method_label: str | None = None
    region: str | None = None
    category: str | None = None
    budget: Money | None = None
    award: Money | None = None
    items: tuple[Item, ...] = ()
    documents: tuple[Document, ...] = field(default=())
    terms: Terms = field(default_factory=Terms)

    @property
    def tag(self) -> str:
        """The OCDS release tag of the notice's kind."""
        return NOTICE_KINDS.value(self.kind, "tag")

    @property
    def buyer(self) -> str | None:
        return next((party.name for party in self.parties if party.role == "buyer"), None)

    @property
    def agency(self) -> str | None:
        return next((party.name for party in self.parties if party.role == "procuringEntity"), None)

    @property
    def suppliers(self) -> tuple[str, ...]:
        """The winners' names, each once, in the notice's order."""
        return tuple(dict.fromkeys(party.name for party in self.parties if party.role == "supplier"))

    @property
    def value(self) -> Money | None:
        """The notice's principal amount: what was awarded or contracted, else the budget."""
        return self.award or self.budget

    @property
    def published_on(self) -> str | None:
        """The publication date in the sites' zone, YYYY-MM-DD."""
        return self.published.astimezone(SHANGHAI).date().isoformat() if self.published else None

    @property
    def procedure(self) -> str:
        """An id shared by the notices of one procurement: its project code, else its buyer and bare title."""
        thread = bare(self.project_code or "") or f"{self.buyer or ''}/{_bare_title(self.title)}"
        return sha256(thread.encode()).hexdigest()[:16]

    def with_documents(self, documents: tuple[Document, ...]) -> "Notice":
        return replace(self, documents=documents)


# 二次 / 第二次 stay: a re-tender is another procedure.
_STAGE_WORDS = re.compile(
    r"(?:公开招标|邀请招标|竞争性磋商|竞争性谈判|询价|单一来源|资格预审|中标|成交|结果|更正|变更|终止|废标|合同|采购意向|招标|采购)?"
    r"(?:候选人)?(?:公告|公示|公开|通知书?)$"
)


def bare(text: str) -> str:
    """A text without spaces, marks and case: what two spellings of one code or name share."""
    return re.sub(r"[\s\W_]+", "", text).upper()


def _bare_title(title: str) -> str:
    before, rest = "", title.strip()
    while before != rest:
        before, rest = rest, re.sub(r"(?:项目|采购)$", "", _STAGE_WORDS.sub("", rest)).strip()
    return bare(rest)
