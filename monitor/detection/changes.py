"""What a correction does to a model: which findings stand only in the wording before it, which only after it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.detection.subject import Subject
from notices.corrections import Correction, read_corrections
from notices.finding import APPEARED, DISAPPEARED, Finding, Place
from notices.pairs import read_statements

_BEFORE, _AFTER, _OUTSIDE = "before", "after", "outside"
_SENTENCES = {
    APPEARED: "This correction brings it in: it stands in the corrected wording only.",
    DISAPPEARED: "This correction takes it out: it stands in the wording before the correction only.",
}


def with_corrections(subject: Subject, findings: list[Finding]) -> list[Finding]:
    """The findings of a correction notice, those of an item marked that only its old or only its new wording names."""
    body = next((text.content for text in subject.texts if text.origin == "body"), "")
    corrections = read_corrections(read_statements(body.split("\n"))) if findings else ()
    if not corrections:
        return findings
    sides: dict[str, set[str]] = {}
    for finding in findings:
        sides.setdefault(finding.item, set()).update(_sides(finding, body, corrections))
    return [_marked(finding, sides[finding.item]) for finding in findings]


def _marked(finding: Finding, sides: set[str]) -> Finding:
    change = DISAPPEARED if sides == {_BEFORE} else APPEARED if sides == {_AFTER} else ""
    return replace(finding, change=change, reasons=(*finding.reasons, _SENTENCES[change])) if change else finding


def _sides(finding: Finding, body: str, corrections: Sequence[Correction]) -> Iterator[str]:
    for place in (finding.place, *finding.also):
        yield _side(place, body, corrections) if place.origin == "body" else _OUTSIDE


def _side(place: Place, body: str, corrections: Sequence[Correction]) -> str:
    begin = body.rfind("\n", 0, place.start) + 1
    end = body.find("\n", place.start)
    line, at = body[begin : end if end >= 0 else None], place.start - begin
    for correction in corrections:
        # The old wording stands first in a row; the new one may repeat it.
        old = line.find(correction.before) if correction.before else -1
        new = line.find(correction.after, old + len(correction.before) if old >= 0 else 0) if correction.after else -1
        if 0 <= new <= at < new + len(correction.after):
            return _AFTER
        if 0 <= old <= at < old + len(correction.before):
            return _BEFORE
    return _OUTSIDE
