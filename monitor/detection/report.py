"""Turns the sightings of a notice into its findings, one for each item and relation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from monitor.detection.control import control_on, strictest
from monitor.detection.fold import fold
from monitor.detection.layout import lot_of
from monitor.detection.match import Mention
from monitor.detection.scope import Scope
from monitor.detection.severity import buyer_class, severity_of
from monitor.detection.subject import Subject
from monitor.watchlist.model import ORDINARY, WATCHED, Item, Watchlist
from notices.document import Text
from notices.finding import FLAGGED_RELATIONS, Control, Finding, Place, Quantity

_MOST_PLACES = 50
_TITLE_WORDS = 4
# A model with its count, and what stands between two such entries of one list.
_ENTRY = re.compile(r"(?P<model>[^,;。|、\n]{2,36}?)(?<![0-9])[0-9一二两三四五六七八九十百]{1,5} ?[张块片颗枚个台套]")
_JOINT = re.compile(r"[^,;。|、\n]{0,6}(?:[、;,]|和|及|以及|与)(?!其中|含|每|共|即)[^,;。|、\n0-9]{0,8}")
_CORRECTED = re.compile(r"(?:改|更正|变更|调整|修改|修正)[为成至][^,;。]{0,12}$")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One mention in one text with its relation, its quantity and the reasons in words.

    `candidates` and `basis` are set where parameter rows and not a name led to it; `mixed` says that a product made in
    China would do as well.
    """

    text: Text
    mention: Mention
    scope: Scope
    relation: str
    quantity: Quantity | None
    reasons: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    basis: str = ""
    mixed: bool = False
    row: tuple[int, int] = field(default=(0, 0))

    @property
    def place(self) -> Place:
        start, end = self.mention.start, self.mention.end
        quote = self.text.content[start:end]
        return Place(self.text.origin, start, end, quote, self.text.confidence, self.text.row_at(start))


def findings_of(subject: Subject, sightings: Sequence[Sighting], watchlist: Watchlist) -> list[Finding]:
    """One finding for each (item, relation), its further places in `also`; ordinary products are left out."""
    topic = " ".join(fold(text.content) for text in subject.texts if text.origin == "title")
    kept = _without_replaced([each for each in sightings if each.mention.item.tier != ORDINARY], sightings, topic)
    groups: dict[tuple[str, str], list[Sighting]] = {}
    for sighting in kept:
        groups.setdefault((sighting.mention.item.id, sighting.relation), []).append(sighting)
    buyer = buyer_class(subject.buyer, subject.published, watchlist) if groups else ("", "")
    return [_finding(subject, group, sightings, buyer, watchlist) for group in groups.values()]


def _without_replaced(kept: Iterable[Sighting], everything: Sequence[Sighting], topic: str) -> list[Sighting]:
    rented = {each.mention.item.id for each in everything if each.relation == "rents"}
    replaced = {old for each in everything if each.relation == "rents" for old in each.mention.item.replaces}
    provider = any(each.mention.item.category == "us_cloud" and each.relation == "rents" for each in everything)
    return [
        each
        for each in kept
        if not (each.mention.item.id in replaced & rented and each.relation == "rents" and _replaced(each, everything))
        and not (each.mention.item.kind == "offshore" and provider)
        and not (
            each.mention.item.kind == "vendor" and (_modelled(each, everything) or _titled(each, everything, topic))
        )
    ]


def _replaced(sighting: Sighting, everything: Sequence[Sighting]) -> bool:
    return any(sighting.mention.item.id in other.mention.item.replaces for other in everything)


def _titled(vendor: Sighting, everything: Sequence[Sighting], topic: str) -> bool:
    """Whether the vendor stands in the title, or in its repetition, and the notice names its product elsewhere."""
    mention = vendor.mention
    repeated = vendor.scope.text[mention.start : mention.end + _TITLE_WORDS] in topic
    return (vendor.text.origin == "title" or repeated) and any(
        other.mention.item.vendor == vendor.mention.item.vendor and other.mention.item.kind != "vendor"
        for other in everything
    )


def _modelled(vendor: Sighting, everything: Sequence[Sighting]) -> bool:
    """Whether a product of this vendor stands in the same row or sentence, so that the vendor's name belongs to it."""
    low, high = vendor.scope.neighbourhood
    if not vendor.scope.is_row and (low, high) == vendor.scope.line:
        low, high = vendor.scope.sentence
    return any(
        other.text is vendor.text
        and other.mention.item.vendor == vendor.mention.item.vendor
        and other.mention.item.kind != "vendor"
        and (low <= other.mention.start < high or 0 <= other.mention.start - vendor.mention.end <= 12)
        for other in everything
    )


def _finding(
    subject: Subject,
    group: Sequence[Sighting],
    everything: Sequence[Sighting],
    buyer: tuple[str, str],
    watchlist: Watchlist,
) -> Finding:
    first = group[0]
    item, relation = first.mention.item, first.relation
    control = _control(subject, group, everything, watchlist)
    flagged = _is_flagged(group, everything)
    basis = first.basis or item.basis
    weighed = severity_of(
        item, relation=relation, status=control.status, basis=basis, flagged=flagged, kind=subject.kind,
        buyer=buyer[0], watchlist=watchlist,
    )  # fmt: skip
    places = list(dict.fromkeys(each.place for each in group))
    reasons = (
        _opening(first), *first.reasons, control.sentence, weighed.reason, buyer[1] if flagged else "",
    )  # fmt: skip
    return Finding(
        notice=subject.notice,
        item=item.id,
        label=item.label,
        category=item.category,
        relation=relation,
        flagged=flagged,
        basis=basis,
        severity=weighed.level,
        place=places[0],
        control=control,
        quantity=_quantity(subject, group),
        candidates=first.candidates,
        reasons=tuple(filter(None, reasons)),
        also=tuple(places[1:_MOST_PLACES]),
        watchlist_version=watchlist.version,
        term="" if first.basis == "specification" else first.mention.term,
    )


def _opening(sighting: Sighting) -> str:
    place = sighting.place
    where = f"{place.origin}, characters {place.start} to {place.end}"
    if sighting.basis == "specification":
        return f"parameter rows in {where}"
    term = sighting.mention.term
    # A pattern is for those who keep the watchlist; a reader is shown the words that it found.
    shown = f'the words "{place.quote}"' if term.startswith("re:") else f'the term "{term}"'
    return f"{shown} in {where}"


def _is_flagged(group: Sequence[Sighting], everything: Sequence[Sighting]) -> bool:
    first = group[0]
    if first.relation not in FLAGGED_RELATIONS or first.mention.item.tier != WATCHED:
        return False
    if all(each.mixed for each in group):
        return False
    if first.mention.item.kind == "chassis":
        carried = [item for each in group for item in _carried(each, everything)]
        return not carried or any(item.tier == WATCHED for item in carried)
    return True


def _carried(server: Sighting, everything: Sequence[Sighting]) -> list[Item]:
    """The chips named in the row or sentence of a server, board or chassis."""
    low, high = server.scope.neighbourhood if server.scope.is_row else server.scope.sentence
    return [
        other.mention.item
        for other in everything
        if other.text is server.text and other.mention.item.kind == "chip" and low <= other.mention.start < high
    ]


def _control(
    subject: Subject, group: Sequence[Sighting], everything: Sequence[Sighting], watchlist: Watchlist
) -> Control:
    """The item's own status; a server or board takes that of the chip in its row, else the strictest of its own."""
    item = group[0].mention.item
    if item.kind not in ("server", "chassis", "board"):
        return control_on(item, subject.published, watchlist)
    chips = [chip for each in group for chip in _carried(each, everything)]
    if not chips:
        chips = [watchlist.items[chip] for chip in item.built_for if chip in watchlist.items]
    controls = [control_on(chip, subject.published, watchlist) for chip in chips]
    return strictest(controls) if controls else control_on(item, subject.published, watchlist)


def _quantity(subject: Subject, group: Sequence[Sighting]) -> Quantity | None:
    """The fullest quantity stated; in a correction the last one, because it overrides.

    A row of an annex counts before the page, which often sums up or rounds.
    """
    stated = [each.quantity for each in group if each.quantity is not None]
    if not stated:
        return None
    if subject.kind == "correction" or any(_CORRECTED.search(each.scope.before(each.scope.sentence)) for each in group):
        return max(reversed(stated), key=_fullness)
    listed = [
        each.quantity.value
        for each in group
        if each.quantity is not None and each.scope.is_row and each.place.origin.startswith("document:")
    ]
    annexed = next((value for value in listed if value is not None), None)
    agreeing = [quantity for quantity in stated if annexed is not None and quantity.value == annexed]
    summed = _over_lots(group) or _over_entries(group)
    return max(agreeing, key=_fullness) if agreeing else summed or max(stated, key=_fullness)


def _over_lots(group: Sequence[Sighting]) -> Quantity | None:
    """The sum over the labelled lots of one text, where each of several states a quantity of the same kind."""
    lots: dict[str, Quantity] = {}
    for each in group:
        label = lot_of(each.scope) if each.quantity is not None and each.text is group[0].text else ""
        if each.quantity is not None and label and _fullness(each.quantity) > _fullness(lots.get(label, Quantity())):
            lots[label] = each.quantity
    return _sum(list(lots.values()))


def _over_entries(group: Sequence[Sighting]) -> Quantity | None:
    """The sum over the models of one product in one list, as in A100 40GB 4张、A100 80GB 12张."""
    best: list[Quantity] = []
    row: list[Quantity] = []
    for first, second in pairwise(group):
        if first.quantity is None or second.quantity is None or not _are_entries(first, second):
            row = []
            continue
        row = [*(row or [first.quantity]), second.quantity]
        best = max(best, row, key=len)
    return _sum(best)


def _are_entries(first: Sighting, second: Sighting) -> bool:
    text, at, then = first.scope.text, first.mention.start, second.mention.start
    if first.text is not second.text or then <= at:
        return False
    one, other = _ENTRY.match(text, at, then), _ENTRY.match(text, then, then + 60)
    joined = one and _JOINT.fullmatch(text, one.end(), then)
    return bool(joined and one and other and one["model"].strip() != other["model"].strip())


def _sum(parts: Sequence[Quantity]) -> Quantity | None:
    kinds = {(part.unit, part.value is None, part.systems is None) for part in parts}
    if len(parts) < 2 or len(kinds) != 1:
        return None
    values = [part.value for part in parts if part.value is not None]
    systems = [part.systems for part in parts if part.systems is not None]
    first = parts[0]
    return replace(first, value=sum(values) if values else None, systems=sum(systems) if systems else None)


def _fullness(quantity: Quantity) -> int:
    return 2 * (quantity.value is not None) + (quantity.systems is not None)
