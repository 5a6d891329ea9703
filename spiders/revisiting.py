"""Looks at notices that matter: which are asked for again in this run, and what was learnt of each."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from notices.dates import SHANGHAI
from notices.run import WITHDRAWN, Issue
from spiders.loss import GONE, TOLD, Loss
from spiders.pages.tombstone import is_shown

if TYPE_CHECKING:
    from storage import Store, Unit
    from storage.revisits import DueRevisit

# So many looks in one run: what is due beyond that is due in the next one.
MOST = 200


class Revisits:
    """The looks of one run. What was learnt is stored with what it was learnt from, or not at all.

    `note` counts an event of the run by its name.
    """

    def __init__(
        self, store: "Store", source: str, run_id: int, clock: Callable[[], datetime], note: Callable[[str], None]
    ) -> None:
        self._store, self._source, self._run_id, self._clock, self._note = store, source, run_id, clock, note
        self._asked: dict[str, DueRevisit] = {}

    def due(self) -> list["DueRevisit"]:
        """The notices to look at now, the one that has waited longest first."""
        with self._store.read() as unit:
            found = unit.revisits.due(self._source, self._clock(), MOST)
        self._asked = {each.stored.notice.id: each for each in found}
        return found

    def is_in(self, notice_id: str, page: str) -> bool:
        """Whether a page that the site led to shows the notice itself: more of it than its title, as a list has."""
        due = self._asked.get(notice_id)
        return due is not None and is_shown(due.stored.notice, page)

    def found(self, unit: "Unit", notice_id: str, outcome: str) -> None:
        """In the transaction that stored it: the page is there, `outcome` says whether it is the same."""
        due = self._asked.pop(notice_id, None)
        if due is not None and self._record(unit, due, outcome):
            day = due.stored.gone_at.astimezone(SHANGHAI).date() if due.stored.gone_at else ""
            self._tell(unit, due, f"its page, which was not there on {day}, is there again")

    def same(self, notice_id: str) -> None:
        """The site says that the page is as it was."""
        with self._store.begin() as unit:
            self.found(unit, notice_id, "same")

    def gone(self, notice_id: str, reason: str) -> None:
        """The page is not there any more; `reason` completes "not there any more: …"."""
        due = self._asked.pop(notice_id, None)
        if due is None:
            return
        with self._store.begin() as unit:
            if self._record(unit, due, "gone", reason):
                self._tell(unit, due, f"its page is not there any more: {reason}; what was kept of it stays")

    def page_gone(self, notice_id: str, reason: str) -> None:
        """Like `gone`, but of a page: what never had one to be read has lost nothing."""
        due = self._asked.get(notice_id)
        if due is not None and (due.stored.notice.text or due.stored.notice.documents):
            self.gone(notice_id, reason)
        else:
            self.no_page(notice_id)

    def no_page(self, notice_id: str) -> None:
        """The notice has no page of its own that could be asked for."""
        self._without(notice_id, "no_page")

    def unanswered(self, notice_id: str) -> None:
        """Nothing was learnt; the notice is looked at again another day."""
        self._without(notice_id, "unanswered")

    def lost(self, notice_id: str, loss: Loss) -> bool:
        """A request for a notice's page came to nothing; whether that says all there is to say."""
        if notice_id not in self._asked or loss.kind == TOLD:
            return False
        if loss.kind == GONE:
            self.page_gone(notice_id, loss.reason)
            return True
        self.unanswered(notice_id)
        return False

    def _without(self, notice_id: str, outcome: str) -> None:
        due = self._asked.pop(notice_id, None)
        if due is not None:
            with self._store.begin() as unit:
                self._record(unit, due, outcome)

    def _record(self, unit: "Unit", due: "DueRevisit", outcome: str, reason: str = "") -> bool:
        # Imported here, because `scrapy sources` imports every spider and needs no database.
        from storage.revisits import Revisit

        self._note("revisited")
        self._note(f"revisited_{outcome}")
        return unit.revisits.record(due.stored.id, Revisit(due.step, self._clock(), outcome), reason)

    def _tell(self, unit: "Unit", due: "DueRevisit", what: str) -> None:
        read = due.stored.notice
        message = f"{read.title[:60] or read.id} ({read.published_on or 'no date'}): {what}"
        unit.runs.add_issue(Issue(self._source, WITHDRAWN, message, read.url or None), self._clock(), self._run_id)
