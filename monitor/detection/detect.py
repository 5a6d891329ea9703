"""From a notice's texts to its findings: gate, match, context, relation, quantity, specification, control, severity."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.detection.changes import with_corrections
from monitor.detection.context import Judged, accepted, glossed_away, is_list
from monitor.detection.fold import fold
from monitor.detection.gate import Span, gate_of
from monitor.detection.match import find_mentions
from monitor.detection.offshore import offshore_mentions
from monitor.detection.quantity import product_quantity
from monitor.detection.relation import relation_of
from monitor.detection.report import Sighting, findings_of
from monitor.detection.room import Room
from monitor.detection.specification import specification_sightings
from monitor.detection.standing import added_at
from monitor.detection.subject import Subject
from monitor.detection.units import rented_units, service_quantity
from monitor.detection.verdict import COUNT, Verdict
from monitor.watchlist.model import ORDINARY, Watchlist
from notices.document import Text
from notices.finding import FLAGGED_RELATIONS, Finding, Quantity

_BATCH_CHARACTERS = 1 << 20
_BREAK = re.compile(r"[,\n|]")
# 参考型号:A;B: of alternatives set apart so, one is bought.
_ALTERNATIVE = re.compile(r"[ ]?;[ ]?[^0-9,;。|、\n]{0,8}")
_SYSTEMS = frozenset({"server", "chassis", "board"})
_COUNTED = frozenset({*FLAGGED_RELATIONS, "existing"})


def detect(subject: Subject, watchlist: Watchlist) -> list[Finding]:
    """The findings of one notice, in the order of their places; pure, the same for the same subject and watchlist."""
    gate = gate_of(watchlist)
    spans = {index: hits for index, text in enumerate(subject.texts) if (hits := gate.spans(text.content))}
    return judge(subject, spans, watchlist) if spans else []


def detect_all(subjects: Iterable[Subject], watchlist: Watchlist) -> Iterator[tuple[Subject, list[Finding]]]:
    """Like `detect` for many notices, in their order; folds and scans about a million characters at a time."""
    batch: list[Subject] = []
    size = 0
    for subject in subjects:
        batch.append(subject)
        for text in subject.texts:
            size += len(text.content)
        if size >= _BATCH_CHARACTERS:
            yield from _detect_batch(batch, watchlist)
            batch, size = [], 0
    yield from _detect_batch(batch, watchlist)


def _detect_batch(batch: Sequence[Subject], watchlist: Watchlist) -> Iterator[tuple[Subject, list[Finding]]]:
    hits = gate_of(watchlist).spans_of([text.content for subject in batch for text in subject.texts])
    if not hits:
        for subject in batch:
            yield subject, []
        return
    marked, at, first = sorted(hits), 0, 0
    for subject in batch:
        last = first + len(subject.texts)
        if at == len(marked) or marked[at] >= last:
            yield subject, []
            first = last
            continue
        while at < len(marked) and marked[at] < last:
            at += 1
        spans = {index - first: hits[index] for index in range(first, last) if index in hits}
        yield subject, judge(subject, spans, watchlist)
        first = last


def judge(subject: Subject, spans: Mapping[int, Sequence[Span]], watchlist: Watchlist) -> list[Finding]:
    """The findings of one notice whose texts let something pass: `spans` are the gate's by index of the text."""
    topic = " ".join(fold(text.content) for text in subject.texts if text.origin == "title")
    folded = {index: fold(subject.texts[index].content) for index in spans}
    mentions = {index: list(find_mentions(folded[index], spans[index], watchlist)) for index in spans}
    poisoned = frozenset[str]().union(*(glossed_away(folded[index], mentions[index], watchlist) for index in spans))
    sightings: list[Sighting] = []
    for index in sorted(spans):
        text = subject.texts[index]
        taken = accepted(folded[index], mentions[index], watchlist, topic=topic, poisoned=poisoned)
        taken += offshore_mentions(folded[index], spans[index], taken, watchlist)
        named = _sightings(text, taken, watchlist, topic)
        sightings += named
        sightings += specification_sightings(text, folded[index], spans[index], named, subject, watchlist, topic)
    findings = findings_of(subject, sightings, watchlist)
    return with_corrections(subject, findings) if subject.kind == "correction" else findings


def _sightings(text: Text, taken: Sequence[Judged], watchlist: Watchlist, topic: str) -> list[Sighting]:
    taken = sorted(taken, key=lambda judged: judged.mention.start)
    found: list[Sighting] = []
    verdicts = [
        relation_of(judged, watchlist, topic, joint) for judged, joint in zip(taken, _joint_bounds(taken), strict=True)
    ]
    for judged, room, verdict in zip(taken, _rooms(taken, verdicts), verdicts, strict=True):
        counted = verdict.relation in _COUNTED and judged.mention.item.tier != ORDINARY
        services = len({other.mention.item.id for other in taken if _same_sentence(judged, other)}) if counted else 0
        quantity = _quantity(judged, room, verdict.relation, services, watchlist) if counted else None
        reasons = (judged.evidence, verdict.reason)
        found.append(Sighting(text, judged.mention, judged.scope, verdict.relation, quantity, reasons))
    return _shared(found)


def _rooms(taken: Sequence[Judged], verdicts: Sequence[Verdict]) -> list[Room]:
    """For each mention the stretch between the nearest mentions of its class (chips, or systems that carry them).

    A second name of the same product in the same clause, as in Gaudi3（HL-325L）, is no neighbour, nor is a product
    that is only compared with.
    """
    rooms = []
    lists = _lists(taken)
    for index, judged in enumerate(taken):
        near = [
            at for at, verdict in enumerate(verdicts) if verdict.relation != "benchmark" and lists[at] != lists[index]
        ]
        before = (at for at in reversed(near) if at < index and _bounds(judged, taken[at]))
        behind = (at for at in near if at > index and _bounds(judged, taken[at]))
        low, high = next(before, None), next(behind, None)
        rooms.append(
            Room(
                0 if low is None else taken[low].mention.end,
                len(judged.scope.text) if high is None else taken[high].mention.start,
            )
        )
    return rooms


def _joint_bounds(taken: Sequence[Judged]) -> list[tuple[int, int]]:
    """For each mention the bounds of its list from the first member to the last, a comma being no list sign here."""
    bounds = [(judged.mention.start, judged.mention.end) for judged in taken]
    first = 0
    for index in range(1, len(taken) + 1):
        if index < len(taken):
            before, here = taken[index - 1].mention, taken[index].mention
            text = taken[index].scope.text
            if is_list(text, before.end, here.start) and not _BREAK.search(text, before.end, here.start):
                continue
        whole = (taken[first].mention.start, taken[index - 1].mention.end)
        bounds[first:index] = [whole] * (index - first)
        first = index
    return bounds


def _lists(taken: Sequence[Judged]) -> list[int]:
    """A number for each mention, the same for those that stand in one list of alternatives."""
    numbers = [0] * len(taken)
    for index in range(1, len(taken)):
        before, here = taken[index - 1].mention, taken[index].mention
        joined = is_list(taken[index].scope.text, before.end, here.start)
        numbers[index] = numbers[index - 1] + (not joined)
    return numbers


def _bounds(judged: Judged, other: Judged) -> bool:
    low, high = judged.scope.clause
    first, last = sorted((judged.mention, other.mention), key=lambda mention: mention.start)
    counted = COUNT.search(judged.scope.text, first.end, last.start)
    same = other.mention.item is judged.mention.item and low <= other.mention.start < high and not counted
    return _class(judged) == _class(other) and not same


def _class(judged: Judged) -> str:
    kind = judged.mention.item.kind
    return "server" if kind == "chassis" else kind


def _shared(sightings: Sequence[Sighting]) -> list[Sighting]:
    """In a list of alternatives (A、B、C) a count that stands beside one is said of all."""
    shared = list(sightings)
    for order in (range(1, len(shared)), range(len(shared) - 2, -1, -1)):
        for index in order:
            near = shared[index - 1 if order.step > 0 else index + 1]
            here = shared[index]
            first, second = sorted((near.mention, here.mention), key=lambda mention: mention.start)
            listed = is_list(here.scope.text, first.end, second.start)
            listed = listed or (
                here.relation == "buys_or_equivalent"
                and bool(_ALTERNATIVE.fullmatch(here.scope.text, first.end, second.start))
            )
            if here.quantity is None and near.quantity is not None and near.relation == here.relation and listed:
                shared[index] = replace(here, quantity=near.quantity)
    return shared


def _same_sentence(judged: Judged, other: Judged) -> bool:
    low, high = judged.scope.sentence
    return other.mention.item.kind == "service" and low <= other.mention.start < high


def _quantity(judged: Judged, room: Room, relation: str, services: int, watchlist: Watchlist) -> Quantity | None:
    item = judged.mention.item
    if item.kind in ("service", "offshore"):
        return service_quantity(judged.scope, services)
    added = added_at(judged.scope, watchlist) if relation in FLAGGED_RELATIONS else None
    room = room if added is None else Room(max(room.low, added), room.high, closed=True)
    units = rented_units(judged.scope) if relation == "rents" else None
    return units or product_quantity(judged.scope, room, system=item.kind in _SYSTEMS, alone=relation == "existing")
