"""In which relation a notice names an item: bought, rented, required to fit, excluded, owned, compared and so on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.detection.context import Judged
from monitor.detection.layout import before_of, column_of, heading_of, lots_around, remark_of
from monitor.detection.scope import Scope
from monitor.watchlist.model import Watchlist

_COUNT = re.compile(r"[0-9一二两三四五六七八九十百]+ ?[台张块套个片颗枚副项只对根](?!卡)")
_HEAD_END = re.compile(
    r"[,;。|\n()、]|(?:以?及|和|与|并|含|带|附)(?!其)|[0-9一二两三四五六七八九十]+ ?[台张块套个片颗枚副项只对根](?!卡)"
)
_MODEL_TAIL = re.compile(r"[ \n-]{0,2}(?:STATION[ \n]{0,2})?G?[ABHLV][0-9]{2,3}[A-Z]?(?![A-Z0-9])")
_WORK = re.compile(r"更换|维修|清灰|清洁|检测|检修|巡检")
_PURPOSE = re.compile(r",[^,;。]{0,4}(?:用于|用作|以便|服务于|支撑|面向|满足)")
_HEAD_REACH = 40
_NOTE_LINES = 6
Patterns = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation and the words that decided it."""

    relation: str
    reason: str


@lru_cache(maxsize=4)
def relation_words(watchlist: Watchlist) -> Mapping[str, Patterns]:
    """The patterns of relations.toml by relation and position, compiled once."""
    names = (
        "past_performance", "excluded", "accessory", "software", "product", "benchmark", "compatibility", "existing",
        "rents", "buys_or_equivalent",
    )  # fmt: skip
    return {name: {key: re.compile(source) for key, source in watchlist.words[name].items()} for name in names}


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
        lambda at: _past_performance(at, words["past_performance"], service=service),
        lambda at: _excluded(at, words["excluded"]),
        lambda at: None if service else _part_of(at, words),
        lambda at: _benchmark(at, words["benchmark"], words["buys_or_equivalent"], words["compatibility"]),
        lambda at: _existing(at, words, topic, words["compatibility"]),
        lambda at: _compatibility(at, words["compatibility"], words["rents"], topic, service=service),
    )
    found = (rule(at) for rule in rules for at in scopes)
    return next(filter(None, found), None) or _procured(scope, words, topic, service=service)


def _whole_name(judged: Judged, scope: Scope) -> Scope:
    """The scope of the whole product name: a board or server with the chip that follows it."""
    if judged.mention.item.kind not in ("board", "server", "chassis"):
        return scope
    tail = _MODEL_TAIL.match(scope.text, scope.end)
    return Scope(scope.text, scope.start, tail.end()) if tail else scope


def _found(relation: str, match: re.Match[str] | None) -> Verdict | None:
    return Verdict(relation, f'"{match.group().strip()}" makes it {relation}') if match else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for last in pattern.finditer(text):  # noqa: B007
        pass
    return last


def _label(scope: Scope) -> str:
    """What opens the line: the text up to a colon, or the first cells of a row."""
    line = scope.before(scope.line)
    head = line.split("|")[:2] if scope.is_row else [line.split(":")[0]] if ":" in line[:24] else []
    return "|".join(head)[:40]


def _headed(scope: Scope, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The pattern in what stands over the place: the heading of its paragraph, the head of its column."""
    return pattern.search(heading_of(scope)) or pattern.search(column_of(scope))


def _past_performance(scope: Scope, words: Patterns, *, service: bool) -> Verdict | None:
    clause = scope.part(scope.clause)
    over = words["heading"].search(heading_of(scope))
    if over:
        return _found("past_performance", over)
    found = words["clause"].search(clause)
    if found and words["duty"].search(scope.part(scope.sentence)):
        return _found("past_performance", found)
    paper = words["paper"].match(scope.after(scope.sentence))
    told = (None if paper else words["publication"].search(scope.before(scope.sentence))) or (
        words["lesson"].match(scope.after(scope.clause)) if service else None
    )
    if told:
        return _found("past_performance", told)
    label = words["label"].search(_label(scope))
    if label and words["clause"].search(scope.part(scope.sentence)):
        return _found("past_performance", label)
    if words["bidder"].search(scope.before(scope.sentence)) and words["history"].search(scope.part(scope.sentence)):
        return _found("past_performance", words["history"].search(scope.part(scope.sentence)))
    work = None if service or _COUNT.search(clause) else words["work"].match(scope.after(scope.clause))
    news = words["news"].search(clause) if service or not _COUNT.search(clause) else None
    begin = scope.start - scope.clause[0]
    told = next(filter(None, (work, news, words["reason"].search(clause))), None)
    anew = told and told.end() <= begin and words["anew"].search(clause, told.end(), begin)
    return None if anew else _found("past_performance", told)


def _excluded(scope: Scope, words: Patterns) -> Verdict | None:
    before = words["not_cue"].sub("", before_of(scope))
    found = _last(words["before"], before)
    if found:
        return _found("excluded", found)
    after = words["not_cue"].sub("", scope.after(scope.clause))
    later = words["not_cue"].sub("", scope.after(scope.sentence))
    asked = words["asked"].search(before) and words["answered"].match(scope.text, scope.end, scope.end + _HEAD_REACH)
    named = words["after"].match(after) or words["later"].match(later) or asked or _headed(scope, words["label"])
    named = named or remark_of(scope, words["remark"])
    return _found("excluded", named)


def _part_of(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """Whether the mention only says what an accessory or a piece of software is for: the last noun decides."""
    high = scope.cell[1]
    tail = scope.text[scope.end : min(high, scope.end + _HEAD_REACH)]
    bracket = _bracketed(scope, words) or _linked(scope, words)
    if bracket:
        return bracket
    stop = _HEAD_END.search(tail)
    head = tail[: stop.start()] if stop else tail
    if _WORK.search(head):
        return None
    best: tuple[int, str, re.Match[str]] | None = None
    for kind in ("product", "accessory", "software"):
        for found in words[kind]["head"].finditer(head):
            if best is None or found.end() > best[0] or (found.end() == best[0] and kind != "product"):
                best = (found.end(), kind, found)
    if best is None or best[1] == "product":
        return None
    return _found(best[1], best[2])


def _linked(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """As in 导轨一批，配套A100 and 为A100提供驱动适配: a noun with a link before it, or work done for it."""
    before = scope.before(scope.sentence)
    for kind in ("accessory", "software"):
        for noun in words[kind]["head"].finditer(before):
            if words[kind]["linked"].fullmatch(before, noun.end()):
                return _found(kind, noun)
    served = words["software"]["served"].search(scope.before(scope.clause))
    return _found("software", words["software"]["work"].match(scope.after(scope.clause))) if served else None


def _bracketed(scope: Scope, words: Mapping[str, Patterns]) -> Verdict | None:
    """As in 支架8个（L40S用） and 许可（适用A100）: the noun before the bracket is what is bought."""
    low = scope.cell[0]
    open_at = scope.text.rfind("(", max(low, scope.start - 24), scope.start)
    if open_at < 0 or ")" in scope.text[open_at : scope.start]:
        return None
    inside = scope.text[open_at : scope.end + 12].split(")")[0]
    if not re.search(r"适用|专用|用于|兼容|配套|用$", inside):
        return None
    head = _COUNT.sub("", scope.text[max(low, open_at - 20) : open_at])
    ends = [(found.end(), kind, found) for kind in ("product", "accessory", "software")
            for found in words[kind]["head"].finditer(head)]  # fmt: skip
    if not ends:
        return None
    _, kind, found = max(ends, key=lambda each: (each[0], each[1] != "product"))
    return None if kind == "product" else _found(kind, found)


def _benchmark(scope: Scope, words: Patterns, equivalent: Patterns, fits: Patterns) -> Verdict | None:
    before, after = scope.before(scope.clause), scope.after(scope.clause)
    strong = _last(words["strong"], before)
    if strong and not equivalent["label"].search(before):
        return _found("benchmark", strong)
    beside = words["beside"].search(before) and words["verb"].match(after)
    if beside:
        return _found("benchmark", beside)
    ratio = words["ratio"].search(after[:_HEAD_REACH])
    if ratio and (_last(words["before"], before) or re.search(r"不低于|不少于|应为|为|较|比|是", before)):
        return _found("benchmark", ratio)
    cue = _last(words["before"], before)
    if cue and cue.group() in ("相当于", "比较", "超过") and not re.search(r"[或及]$", before[: cue.start()]):
        return _found("benchmark", cue)
    return None if fits["before"].search(before) else _found("benchmark", words["after"].search(after[:24]))


def _existing(scope: Scope, words: Mapping[str, Patterns], topic: str, fits: Patterns) -> Verdict | None:
    before, after = before_of(scope), scope.after(scope.clause)
    cue = _last(words["existing"]["before"], before)
    new = _last(words["existing"]["new"], before)
    if cue and (new is None or new.start() < cue.start() or new.group() in cue.group()):
        return _found("existing", cue)
    behind = words["existing"]["after"].match(after)
    if behind and not (new and not words["existing"]["topic"].search(after)):
        return _found("existing", behind)
    owned = words["existing"]["owned"].search(scope.after(scope.sentence))
    if owned and new is None and len(scope.after(scope.sentence)[: owned.start()]) < _HEAD_REACH:
        return _found("existing", owned)
    about = (
        remark_of(scope, words["existing"]["remark"])
        or _headed(scope, words["existing"]["heading"])
        or words["existing"]["topic"].search(topic)
    )
    if about and new is None and not fits["before"].search(before):
        return _found("existing", about)
    return None


def _compatibility(scope: Scope, words: Patterns, rents: Patterns, topic: str, *, service: bool) -> Verdict | None:
    before, after = before_of(scope), scope.after(scope.clause)
    cue = _last(words["before"], before)
    if cue is None:
        return _found("compatibility", words["after"].match(after) or _headed(scope, words["heading"]))
    if words["none_installed"].search(scope.part(scope.sentence)):
        return _found("compatibility", cue)
    if words["installed"].search(before[cue.end() :]):
        return None
    if service and cue.group() in ("支持", "接入", "管理") and rents["near"].search(topic):
        return None
    if re.search(r"不低于|不少于|或同等", after[:16]):
        return None
    return _found("compatibility", cue)


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
    if own is None or rents["near"].search(scope.part(own)) or not _COUNT.search(scope.part(own)):
        return False
    return any(rents["near"].search(scope.part(lot)) for lot in lots if lot != own)


def _without_purpose(scope: Scope) -> str:
    """The sentence up to what the product is for, as in 采购服务器2台，用于提供算力服务."""
    after = scope.after(scope.sentence)
    purpose = _PURPOSE.search(after)
    return scope.before(scope.sentence) + (after[: purpose.start()] if purpose else after)


def _procured(scope: Scope, words: Mapping[str, Patterns], topic: str, *, service: bool) -> Verdict:
    if service:
        return Verdict("rents", "a service is procured for a fee")
    sentence = scope.part(scope.sentence)
    rented = words["rents"]["near"].search(_without_purpose(scope))
    if rented is None and not words["rents"]["bought"].search(sentence) and not _goods_lot(scope, words["rents"]):
        rented = words["rents"]["topic"].search(topic)
    if rented:
        return Verdict("rents", f'"{rented.group()}" makes it rents')
    equivalent = words["buys_or_equivalent"]
    before, after = scope.before(scope.sentence), scope.after(scope.sentence)
    floor = _last(equivalent["before"], before)
    if floor and equivalent["gap"].match(before[floor.end() :]):
        return Verdict("buys_or_equivalent", f'"{floor.group()}" names it as the floor')
    named = equivalent["after"].search(after[:60]) or equivalent["label"].search(before[-40:])
    named = named or _headed(scope, equivalent["label"]) or remark_of(scope, equivalent["remark"])
    notes = (equivalent["note"].match(scope.text, *bounds) for bounds in scope.lines_after(_NOTE_LINES))
    named = named or next(filter(None, notes), None)
    if named:
        return Verdict("buys_or_equivalent", f'"{named.group()}" allows an equal')
    return Verdict("buys", "nothing near it says otherwise")
