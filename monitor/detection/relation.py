"""In which relation a notice names an item: bought, rented, required to fit, excluded, owned, compared and so on."""

import re
from collections.abc import Callable, Mapping

from monitor.detection.claims import benchmark, excluded, past_performance, studied
from monitor.detection.context import Judged
from monitor.detection.layout import before_of, lots_around, remark_of
from monitor.detection.parts import part_of
from monitor.detection.scope import Scope
from monitor.detection.standing import compatibility, existing
from monitor.detection.verdict import COUNT, Patterns, Verdict, headed, last_match, relation_words
from monitor.watchlist.model import Watchlist

_MODEL_TAIL = re.compile(r"[ \n-]{0,2}(?:STATION[ \n]{0,2})?G?[ABHLV][0-9]{2,3}[A-Z]?(?![A-Z0-9])")
_PURPOSE = re.compile(r",[^,;。]{0,4}(?:用于|用作|以便|服务于|支撑|面向|满足)")
_NOTE_LINES = 6


def relation_of(judged: Judged, watchlist: Watchlist, topic: str, joint: tuple[int, int] | None = None) -> Verdict:
    """The relation of one mention; `topic` is the notice's folded title. The first rule that holds decides.

    `joint` bounds the list (A、B和C) that the mention stands in: what governs the list governs each of its members.
    """
    words = relation_words(watchlist)
    scope, service = _whole_name(judged, judged.scope), judged.mention.item.kind in ("service", "offshore")
    low, high = joint or (scope.start, scope.end)
    listed = _whole_name(judged, Scope(scope.text, low, high))
    scopes = (scope, listed) if (listed.start, listed.end) != (scope.start, scope.end) else (scope,)
    rules: tuple[Callable[[Scope], Verdict | None], ...] = (
        lambda at: past_performance(at, words["past_performance"], service=service),
        lambda at: excluded(at, words["excluded"]),
        lambda at: studied(at, words["benchmark"]),
        lambda at: None if service else part_of(at, words),
        lambda at: benchmark(at, words, service=service),
        lambda at: existing(at, words, topic, words["compatibility"]),
        lambda at: compatibility(at, words["compatibility"], words["rents"], topic, service=service),
    )
    found = (rule(at) for rule in rules for at in scopes)
    return next(filter(None, found), None) or _procured(scope, words, topic, service=service)


def _whole_name(judged: Judged, scope: Scope) -> Scope:
    """The scope of the whole product name: a board or server with the chip that follows it."""
    if judged.mention.item.kind not in ("board", "server", "chassis"):
        return scope
    tail = _MODEL_TAIL.match(scope.text, scope.end)
    return Scope(scope.text, scope.start, tail.end()) if tail else scope


def rented_by(scope: Scope, watchlist: Watchlist, topic: str) -> bool:
    """Whether the sentence of a place or the title says that it is rented."""
    words = relation_words(watchlist)["rents"]
    line = scope.part(scope.line)
    if words["near"].search(line) and "租" in line:
        return True
    return bool(words["topic"].search(topic)) and not words["bought"].search(line)


def _goods_lot(scope: Scope, rents: Patterns) -> bool:
    """Whether the place stands in a lot that counts goods while another lot of the notice is the rented one."""
    lots = lots_around(scope)
    own = next((lot for lot in reversed(lots) if lot[0] <= scope.start), None)
    if own is None or rents["near"].search(scope.part(own)) or not COUNT.search(scope.part(own)):
        return False
    return any(rents["near"].search(scope.part(lot)) for lot in lots if lot != own)


def _is_goods(scope: Scope, rents: Patterns, topic: str) -> bool:
    """Whether goods are bought, whatever the title says of rent: the sentence, the lot or the title itself says so."""
    if rents["bought"].search(scope.part(scope.sentence)) or _goods_lot(scope, rents):
        return True
    return "租" not in topic and bool(rents["goods"].search(topic))


def _without_purpose(scope: Scope) -> str:
    """The sentence up to what the product is for, as in 采购服务器2台，用于提供算力服务."""
    after = scope.after(scope.sentence)
    purpose = _PURPOSE.search(after)
    return scope.text[scope.sentence[0] : scope.end] + (after[: purpose.start()] if purpose else after)


def _announced(scope: Scope) -> str:
    """The sentence before the place; the entries of an enumeration take what stands before its colon."""
    before = scope.before(scope.sentence)
    whole = before_of(scope)
    return before if before.endswith(whole) else whole


def _procured(scope: Scope, words: Mapping[str, Patterns], topic: str, *, service: bool) -> Verdict:
    if service:
        return Verdict("rents", "a service is procured for a fee")
    rented = words["rents"]["near"].search(_without_purpose(scope))
    if rented is None and not _is_goods(scope, words["rents"], topic):
        rented = words["rents"]["topic"].search(topic)
    if rented:
        return Verdict("rents", f'"{rented.group()}" makes it rents')
    equivalent = words["buys_or_equivalent"]
    before, after = scope.before(scope.sentence), scope.after(scope.sentence)
    floor = last_match(equivalent["before"], before)
    if floor and equivalent["gap"].match(before[floor.end() :]):
        return Verdict("buys_or_equivalent", f'"{floor.group()}" names it as the floor')
    named = equivalent["after"].search(after[:60]) or equivalent["label"].search(_announced(scope)[-40:])
    named = named or headed(scope, equivalent["label"]) or remark_of(scope, equivalent["remark"])
    notes = (equivalent["note"].match(scope.text, *bounds) for bounds in scope.lines_after(_NOTE_LINES))
    named = named or next(filter(None, notes), None)
    if named:
        return Verdict("buys_or_equivalent", f'"{named.group()}" allows an equal')
    return Verdict("buys", "nothing near it says otherwise")
