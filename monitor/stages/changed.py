"""What a changed page did to a model: named now and not at first, or named before and not any more."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.detection import detect
from monitor.detection.subject import Subject
from monitor.watchlist import Watchlist
from notices.document import Text
from notices.finding import APPEARED, DISAPPEARED, Finding
from notices.notice import Notice

_OWN = frozenset({"title", "body"})


def with_revisions(
    findings: list[Finding], subject: Subject, earlier: Sequence[tuple[int, Notice]], watchlist: Watchlist
) -> list[Finding]:
    """The findings of a page's present revision, marked where its first named them not; then those that are gone.

    `earlier`: (number, notice) of the page's earlier revisions, oldest first. What is gone keeps the place that it
    had in the last revision that named it. Only the page itself counts: its documents may have been read later.
    """
    if not earlier:
        return findings
    before = [(number, detect(_as(subject, notice), watchlist)) for number, notice in earlier]
    first = {finding.item for finding in before[0][1]}
    present = {finding.item for finding in findings}
    marked = [_appeared(each) if each.item not in first and _is_own(each) else each for each in findings]
    gone: dict[tuple[str, str], Finding] = {}
    for number, found in reversed(before):
        for each in found:
            if each.item not in present:
                gone.setdefault((each.item, each.relation), _gone(each, number))
    return marked + list(gone.values())


def _as(subject: Subject, notice: Notice) -> Subject:
    return replace(subject, texts=(Text("title", notice.title), Text("body", notice.text)))


def _is_own(finding: Finding) -> bool:
    return {place.origin for place in (finding.place, *finding.also)} <= _OWN and not finding.change


def _appeared(finding: Finding) -> Finding:
    sentence = "This page did not name it at first: a later revision does."
    return replace(finding, change=APPEARED, reasons=(*finding.reasons, sentence))


def _gone(finding: Finding, number: int) -> Finding:
    sentence = f"Revision {number} of this page named it; the present one does not."
    places = [replace(place, origin=f"revision:{number}") for place in (finding.place, *finding.also)]
    return replace(
        finding,
        place=places[0],
        also=tuple(places[1:]),
        change=DISAPPEARED,
        revision=number,
        reasons=(*finding.reasons, sentence),
    )
