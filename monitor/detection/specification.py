"""Which chips satisfy the parameter rows of a product that the notice does not name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from monitor.detection.gate import Span
from monitor.detection.match import Mention
from monitor.detection.relation import rented_by
from monitor.detection.report import Sighting
from monitor.detection.rows import CEILING, EXACT, FLOOR, MUST, SCORE, Block, Row, find_blocks
from monitor.detection.rows_quantity import rows_quantity
from monitor.detection.scope import Scope
from monitor.detection.subject import Subject
from monitor.watchlist.model import DOMESTIC, ORDINARY, Chip, Watchlist
from notices.document import Text
from notices.finding import FLAGGED_RELATIONS

IMPLIED = "spec-implied-gpu"
_TOLERANCE = 0.02
_BEFORE, _AFTER = 90, 60
# One row alone is enough only where no ordinary card comes near it: memory of this many GB on one card.
_LONE_MEMORY = 96
_MEMORY_ABOVE = {"HBM": ("HBM2", "HBM2E", "HBM3", "HBM3E"), "HBM2": ("HBM2", "HBM2E"), "HBM3": ("HBM3", "HBM3E")}
_BINDING_FEATURES = frozenset({"NVLINK", "NVSWITCH", "SXM", "OAM", "MIG", "FP8", "FP4", "ROCM", "CUDA", "VGPU"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a block implies: the candidates, the likeliest first, and how many rows bind."""

    candidates: tuple[str, ...]
    binding: int
    ordinary: bool
    domestic: bool


def specification_sightings(
    text: Text,
    folded: str,
    spans: Sequence[Span],
    named: Sequence[Sighting],
    subject: Subject,
    watchlist: Watchlist,
    topic: str,
) -> list[Sighting]:
    """A sighting for each block of rows that no ordinary card satisfies and whose product the notice does not name."""
    found = []
    for block in find_blocks(folded, spans, watchlist):
        if _is_named(block, named, folded):
            continue
        reading = read_block(block, subject.published, watchlist)
        if not reading.candidates or reading.ordinary or not _enough(block, reading):
            continue
        if _named_candidate(reading, named):
            continue
        found.append(_sighting(text, folded, block, reading, subject, watchlist, topic))
    return found


def read_block(block: Block, day: date | None, watchlist: Watchlist) -> Reading:
    """The chips on the market on a day that satisfy every binding row; all chips if the day is unknown."""
    binding = _binding(block)
    fitting = [
        chip
        for chip in watchlist.chips
        if (day is None or chip.launched <= day) and _satisfies(chip, binding, block)
        if not block.domestic or watchlist.items[chip.item].tier == DOMESTIC
    ]
    tiers = {chip.item: watchlist.items[chip.item].tier for chip in fitting}
    nearness: dict[str, float] = {}
    for chip in fitting:
        if tiers[chip.item] != ORDINARY:
            distance = sum(_distance(chip, row) for row in block.rows)
            nearness[chip.item] = min(distance, nearness.get(chip.item, distance))
    ranked = sorted(nearness, key=lambda item: nearness[item])
    features = len(block.features & _BINDING_FEATURES - {"CUDA"})
    count = len({row.attribute for row in binding}) + features + bool(block.memory)
    return Reading(tuple(ranked), count, ORDINARY in tiers.values(), any(tier == DOMESTIC for tier in tiers.values()))


def _binding(block: Block) -> list[Row]:
    """The starred rows where there are any, else all that do not merely score; all if there are no others."""
    must = [row for row in block.rows if row.weight == MUST]
    if must:
        return must
    return [row for row in block.rows if row.weight != SCORE] or list(block.rows)


def _satisfies(chip: Chip, binding: Sequence[Row], block: Block) -> bool:
    if not (block.features & _BINDING_FEATURES | block.features & {"PASSIVE", "ACTIVE", "LOWPROFILE"}) <= chip.features:
        return False
    if block.memory and not any(chip.memory_types & set(_MEMORY_ABOVE.get(name, (name,))) for name in block.memory):
        return False
    return all(_meets(chip, row) for row in binding)


def _meets(chip: Chip, row: Row) -> bool:
    figure = chip.figures.get(row.attribute)
    if figure is None:
        return row.attribute in ("power", "capability", "tensor_cores") and chip.item.startswith("ordinary")
    low, high = figure
    if row.sign == CEILING:
        return low <= row.value * (1 + _TOLERANCE)
    if row.sign == EXACT:
        return low * (1 - _TOLERANCE) <= row.value <= high * (1 + _TOLERANCE)
    return high >= row.value * (1 - _TOLERANCE)


def _distance(chip: Chip, row: Row) -> float:
    figure = chip.figures.get(row.attribute)
    if figure is None:
        return 1.0
    nearest = min(max(row.value, figure[0]), figure[1]) or row.value
    return abs(log(nearest / row.value))


def _enough(block: Block, reading: Reading) -> bool:
    if reading.binding >= 2:
        return True
    return any(row.attribute == "memory" and row.value >= _LONE_MEMORY and row.sign == FLOOR for row in block.rows)


def _is_named(block: Block, named: Sequence[Sighting], folded: str) -> bool:
    """Whether a product that is procured is named in the block's rows or just beside them."""
    return any(
        sighting.mention.item.kind in ("chip", "server", "chassis")
        and (sighting.relation in FLAGGED_RELATIONS or sighting.mention.item.tier == ORDINARY)
        and block.start - _BEFORE <= sighting.mention.start <= block.end + _AFTER
        and "\n\n" not in folded[min(sighting.mention.end, block.start) : max(sighting.mention.start, block.end)]
        for sighting in named
    )


def _named_candidate(reading: Reading, named: Sequence[Sighting]) -> bool:
    return any(
        sighting.relation in FLAGGED_RELATIONS and sighting.mention.item.id in reading.candidates for sighting in named
    )


def _sighting(
    text: Text, folded: str, block: Block, reading: Reading, subject: Subject, watchlist: Watchlist, topic: str
) -> Sighting:
    mixed = reading.domestic and not block.domestic
    item = watchlist.items[IMPLIED if mixed else reading.candidates[0]]
    scope = Scope(folded, block.start, block.end)
    bought = "buys" if subject.kind in ("award", "contract", "acceptance") else "buys_or_equivalent"
    relation = "rents" if rented_by(scope, watchlist, topic) else bought
    reasons = (_rows_in_words(block), _candidates_in_words(reading, subject.published, watchlist))
    mention = Mention(item, block.start, block.end, sure=True, term="parameter rows")
    quantity = rows_quantity(scope)
    return Sighting(text, mention, scope, relation, quantity, reasons, reading.candidates, "specification", mixed)


def _rows_in_words(block: Block) -> str:
    rows = ", ".join(
        f"{row.attribute} {row.sign} {row.value:g}{' (scored)' if row.weight == SCORE else ''}" for row in block.rows
    )
    words = ", ".join(sorted(block.features | block.memory))
    return f"the rows ask for {rows}" + (f"; {words}" if words else "")


def _candidates_in_words(reading: Reading, day: date | None, watchlist: Watchlist) -> str:
    names = ", ".join(watchlist.items[item].label for item in reading.candidates)
    home = "a product made in China would do" if reading.domestic else "no product made in China is known to do"
    on_market = "on that day" if day else "(the notice gives no date, so of all years)"
    return f"satisfied {on_market} by {names}; {home}; {reading.binding} rows or words bind"
