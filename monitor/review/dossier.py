"""A finding's dossier: one page that stands alone, with the proof of all that it says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from jinja2 import Environment

from monitor.review.finding_context import context_of, today_of
from monitor.review.finding_page import AROUND, marks_in
from monitor.review.finding_subject import Subject, read_subject
from monitor.review.marked_text import HIT, Block, Paragraph, Piece, Table, marked_blocks
from monitor.review.privacy import without_contacts
from monitor.review.quotes import quoted
from monitor.review.words import Words
from monitor.watchlist import Watchlist
from notices.dates import SHANGHAI
from notices.document import Capture, Document, Text
from notices.errors import StoreError
from storage import Store, Unit
from storage.archive import read_record

# So much of each text that something is marked in stands in the dossier; what is left out is said where it is.
EXCERPT = 6_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What stands around the marks of one text."""

    text: Text
    blocks: tuple[Block, ...]
    has_hit: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """One kept response: of what, its WARC record's id, and what is wrong with it (empty if it is as served)."""

    code: str
    name: str
    capture: Capture
    record: str
    fault: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment with the capture of its file, if it was fetched."""

    document: Document
    capture: Capture | None


@dataclass(frozen=True, slots=True)
class Dossiers:
    """What dossiers are made from; the same store, watchlist and moment give the same bytes."""

    store: Store
    captures: Path
    watchlist: Watchlist
    templates: Environment

    def page(self, key: str, made_at: datetime, language: str) -> bytes:
        """The dossier of one finding as HTML; HTTPException 404 if there is no such finding."""
        with self.store.snapshot() as unit:
            return self.page_in(unit, key, made_at, language)

    def page_in(self, unit: Unit, key: str, made_at: datetime, language: str) -> bytes:
        """The same, of what a transaction sees."""
        subject = read_subject(unit, key)
        context = context_of(unit, subject, self.watchlist, today_of(made_at))
        attachments = tuple(
            Attachment(each.document, each.capture) for each in unit.documents.of_notice(subject.stored.id)
        )
        pages, listings = tuple(_pages(unit, subject)), unit.listings.of_notice(subject.stored.id)
        named = [*pages, *(("attachment", each.document.title, each.capture) for each in attachments)]
        place = subject.report.finding.place
        content = next((text.content for text in subject.texts if text.origin == place.origin), None)
        html = self.templates.get_template("dossier.html").render(
            w=Words(language),
            language=language,
            subject=subject,
            report=subject.report,
            context=context,
            quote=_masked_line(quoted(place, content, around=AROUND), _people(subject)),
            excerpts=tuple(_excerpts(subject)),
            attachments=attachments,
            listings=listings,
            proofs=[self._proof(code, name, capture) for code, name, capture in named if capture],
            made=f"{made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            product=version("tenderwatch"),
        )
        # A paper has nothing to click on. No text of a notice can look like this: it is escaped.
        return html.replace("<details>", "<details open>").encode("utf-8", "replace")

    def _proof(self, code: str, name: str, capture: Capture) -> Proof:
        try:
            found = read_record(self.captures, capture)
        except StoreError as error:
            return Proof(code, name, capture, "", str(error))
        return Proof(code, name, capture, found.record, "")


def _pages(unit: Unit, subject: Subject) -> Iterator[tuple[str, str, Capture | None]]:
    """Every kept page of the notice, the present one last, and the pages of the procedure's other notices."""
    for number, capture in unit.captures.of_notice(subject.stored.id):
        yield "page", f"{subject.stored.notice.title} (r{number})", capture
    for step in subject.steps:
        if not step.this:
            yield "other_page", step.stored.notice.title, step.stored.capture


def _excerpts(subject: Subject) -> Iterator[Excerpt]:
    people = _people(subject)
    for text in sorted(subject.texts, key=lambda text: text.origin != subject.report.finding.place.origin):
        marks = marks_in(subject, text.origin, text.content)
        if marks:
            blocks = marked_blocks(text.content, marks, long=EXCERPT)
            has_hit = any(mark.level == HIT for mark in marks)
            yield Excerpt(text, tuple(_masked(block, people) for block in blocks), has_hit)


def _people(subject: Subject) -> tuple[str, ...]:
    """The names and numbers of the persons that the notice names to be asked."""
    contacts = subject.stored.notice.terms.contacts
    said = chain.from_iterable((each.person, each.phone) for each in contacts)
    return tuple(sorted({each for each in said if each and len(each) > 1}, key=len, reverse=True))


def _masked(block: Block, people: Sequence[str]) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(_masked_line(block.pieces, people))
    if isinstance(block, Table):
        rows = tuple(tuple(_masked_line(cell, people) for cell in row) for row in block.rows)
        return Table(rows, block.columns, block.head)
    return block


def _masked_line(pieces: Iterable[Piece], people: Sequence[str]) -> tuple[Piece, ...]:
    """The pieces without contacts; what is marked as evidence stays as it stands."""
    return tuple(
        piece if piece.level else Piece(without_contacts(piece.text, people), piece.level, piece.anchor)
        for piece in pieces
    )
