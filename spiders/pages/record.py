"""A notice as a portal's record states it: named fields, and often the body in HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from lxml import html

from notices.document import FAILED, Document
from notices.errors import UnknownLabelError
from notices.fields import clean_code, method_code
from notices.kinds import read_kind
from notices.names import clean_name, split_names
from notices.notice import Notice
from notices.party import Party
from spiders.pages.dom import parse, read_blocks
from spiders.pages.facts import with_facts
from spiders.pages.links import read_documents

_WITHHELD = "the site names the file and gives no address to fetch it from"
AWARDING = frozenset({"award", "contract", "acceptance"})


@dataclass(frozen=True, slots=True)
class Record:
    """One notice of an interface. `url` is the page that a person opens, `detail` the address of its body, if any.

    `label` is the portal's own word for the kind. `html` is the body, `note` what the page shows
    beside it; `files` are (address, name), `withheld` the names of files whose address is not given. Amounts are read
    from the body only, where their unit is written: the fields of the interfaces name none.
    """

    id: str
    url: str
    title: str
    published: datetime | None
    label: str = ""
    detail: str = ""
    html: str = ""
    note: str = ""
    buyer: str = ""
    agency: str = ""
    supplier: str = ""
    project_code: str = ""
    method: str = ""
    region: str = ""
    category: str = ""
    files: tuple[tuple[str, str], ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer of a list: its records in order, `total` how many the portal states for the question, if it does.

    `unread`: rows without an id or a title, which are no notices to anybody. `too_many`: the portal declines to list so
    many.
    """

    rows: tuple[Record, ...]
    total: int | None = None
    unread: int = 0
    too_many: bool = False

    @property
    def is_newest_first(self) -> bool:
        """Whether no row is younger than the one before it; only then what is known tells of what comes after."""
        times = [row.published for row in self.rows if row.published]
        return all(later <= earlier for earlier, later in pairwise(times))


def listing(records: Iterable[Record], total: int | None = None) -> Listing:
    """The listing of a page's records; those without id or title are only counted."""
    all_rows = list(records)
    rows = tuple(row for row in all_rows if row.id and row.title)
    return Listing(rows, total, len(all_rows) - len(rows))


def completed(record: Record, **facts: object) -> Record:
    """The record with what its detail states; what that leaves empty stays as the list had it."""
    return replace(record, **{name: value for name, value in facts.items() if value})  # type: ignore[arg-type]


def known_label(*words: str) -> str:
    """The first of a portal's words whose kind is known; the first of all if none is."""
    for word in filter(None, words):
        try:
            if read_kind(word, "") != "other":
                return word
        except UnknownLabelError:
            continue
    return next(filter(None, words), "")


def read_record(record: Record, source: str, label: str) -> Notice:
    """The notice of a record; `label` is the channel's word for what it lists, which counts if the record has none.

    Where a field and the body name the same party, the field does. UnknownLabelError if nothing tells the kind.
    """
    root = parse(record.html + record.note)
    said = known_label(record.label, label)
    bare = Notice(source, record.id, record.url, record.title, "other", record.published, label=said)
    notice = with_facts(bare, read_blocks(root))
    stated = _parties(record, notice.kind)
    named = {party.role for party in stated}
    notice = replace(
        notice,
        parties=stated + tuple(party for party in notice.parties if party.role not in named),
        project_code=clean_code(record.project_code) or notice.project_code,
        method=method_code(record.method) or notice.method,
        method_label=record.method or notice.method_label,
        region=record.region or notice.region,
        category=record.category or notice.category,
    )
    return notice.with_documents(_documents(record, root))


def _parties(record: Record, kind: str) -> tuple[Party, ...]:
    stated = [(record.buyer, "buyer"), (record.agency, "procuringEntity")]
    if kind in AWARDING:
        stated += [(name, "supplier") for name in split_names(record.supplier)]
    return tuple(Party(name, role) for raw, role in stated if (name := clean_name(raw)))


def _documents(record: Record, root: html.HtmlElement) -> tuple[Document, ...]:
    found = {url: Document(url, name or url) for url, name in record.files}
    for document in read_documents(root, root, record.url):
        found.setdefault(document.url, document)
    linked = {document.title for document in found.values()}
    for number, name in enumerate(dict.fromkeys(record.withheld), start=1):
        if name in linked:
            continue
        address = f"{record.url}#attachment-{number}"
        found[address] = Document(address, name, state=FAILED, reason=_WITHHELD)
    return tuple(found.values())


def record_of(notice: Notice, detail: str) -> Record:
    """The record that a stored notice was read from, without its body, which is to be asked for at `detail` again.

    What a field stated, and not the body, is told by its party having no label.
    """
    stated = [party for party in notice.parties if not party.label]
    named = {role: "、".join(party.name for party in stated if party.role == role) for role in ("buyer", "supplier")}
    return Record(
        id=notice.id,
        url=notice.url,
        title=notice.title,
        published=notice.published,
        label=notice.label,
        detail=detail,
        buyer=named["buyer"],
        agency=next((party.name for party in stated if party.role == "procuringEntity"), ""),
        supplier=named["supplier"],
        project_code=notice.project_code or "",
        method=notice.method_label or "",
        region=notice.region or "",
        category=notice.category or "",
    )


def by_name(rows: Iterable[Mapping[str, object]], name: str, value: str) -> dict[str, str]:
    """A list of {name: …, value: …} objects as one mapping; the first of each name."""
    pairs: dict[str, str] = {}
    for row in rows:
        if row.get(name) and row.get(value) is not None:
            pairs.setdefault(str(row[name]), str(row[value]))
    return pairs
