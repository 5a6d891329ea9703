"""What is only told, compared or ruled out: past work and news, products compared with, products excluded."""

import re
from collections.abc import Mapping

from monitor.detection.layout import before_of, heading_of, remark_of
from monitor.detection.scope import Scope
from monitor.detection.verdict import COUNT, Patterns, Verdict, headed, last_match, verdict_by

_HEAD_REACH = 40
_FLOOR_REACH = 16


def _label(scope: Scope) -> str:
    """What opens the line: the text up to a colon, or the first cells of a row."""
    line = scope.before(scope.line)
    head = line.split("|")[:2] if scope.is_row else [line.split(":")[0]] if ":" in line[:24] else []
    return "|".join(head)[:40]


def past_performance(scope: Scope, words: Patterns, *, service: bool) -> Verdict | None:
    clause = scope.part(scope.clause)
    over = words["heading"].search(heading_of(scope))
    if over:
        return verdict_by("past_performance", over)
    found = words["clause"].search(clause) or words["clause"].search(before_of(scope))
    if found and words["duty"].search(scope.part(scope.sentence)):
        return verdict_by("past_performance", found)
    paper = words["paper"].match(scope.after(scope.sentence))
    told = (None if paper else words["publication"].search(scope.before(scope.sentence))) or (
        (words["lesson"].match(scope.after(scope.clause)) or words["taught"].search(scope.before(scope.clause)))
        if service
        else None
    )
    if told:
        return verdict_by("past_performance", told)
    label = words["label"].search(_label(scope))
    if label and words["clause"].search(scope.part(scope.sentence)):
        return verdict_by("past_performance", label)
    if words["bidder"].search(scope.before(scope.sentence)) and words["history"].search(scope.part(scope.sentence)):
        return verdict_by("past_performance", words["history"].search(scope.part(scope.sentence)))
    work = None if service or COUNT.search(clause) else words["work"].match(scope.after(scope.clause))
    news = words["news"].search(clause) if service or not COUNT.search(clause) else None
    begin = scope.start - scope.clause[0]
    told = next(filter(None, (work, news, words["reason"].search(clause))), None)
    anew = told and told.end() <= begin and words["anew"].search(clause, told.end(), begin)
    return None if anew else verdict_by("past_performance", told)


def excluded(scope: Scope, words: Patterns) -> Verdict | None:
    before = words["not_cue"].sub("", before_of(scope))
    found = last_match(words["before"], before)
    if found:
        return verdict_by("excluded", found)
    after = words["not_cue"].sub("", scope.after(scope.clause))
    later = words["not_cue"].sub("", scope.after(scope.sentence))
    asked = words["asked"].search(before) and words["answered"].match(scope.text, scope.end, scope.end + _HEAD_REACH)
    named = (
        _voids(scope, words)
        or words["after"].match(after)
        or words["later"].match(later)
        or asked
        or headed(scope, words["label"])
    )
    named = named or remark_of(scope, words["remark"])
    return verdict_by("excluded", named)


def _voids(scope: Scope, words: Patterns) -> re.Match[str] | None:
    """As in 若含A100芯片，视为未响应: the condition that names it makes an offer void."""
    before = scope.before(scope.clause)
    if not words["condition"].search(before) or words["required"].search(before):
        return None
    return words["void"].match(scope.after(scope.sentence))


def benchmark(scope: Scope, every: Mapping[str, Patterns], *, service: bool) -> Verdict | None:
    """Whether it is only compared with: a ratio, a comparison's own words, a measured figure, a rival made at home."""
    words, equivalent, fits = every["benchmark"], every["buys_or_equivalent"], every["compatibility"]
    before, after = scope.before(scope.clause), scope.after(scope.clause)
    strong = last_match(words["strong"], before)
    if strong and not equivalent["label"].search(before):
        return verdict_by("benchmark", strong)
    beside = words["beside"].search(before) and words["verb"].match(after)
    if beside:
        return verdict_by("benchmark", beside)
    ratio = words["ratio"].search(after[:_HEAD_REACH])
    if ratio and (
        (ratio.start() == 0 and ratio.group().startswith("的"))
        or last_match(words["before"], before)
        or re.search(r"不低于|不少于|不小于|不弱于|≥|至少|大于|超过|应为|为|较|比|是", before)
    ):
        return verdict_by("benchmark", ratio)
    cue = last_match(words["before"], before)
    if cue and cue.group() in ("相当于", "比较", "超过") and not re.search(r"[或及]$", before[: cue.start()]):
        return verdict_by("benchmark", cue)
    measured = _measured(scope, words, service=service)
    if measured and not equivalent["after"].search(scope.after(scope.sentence)[:24]):
        return verdict_by("benchmark", measured)
    if fits["before"].search(before) or equivalent["floor"].search(before):
        return None
    offered = equivalent["offered"].search(scope.after(scope.sentence)[:_HEAD_REACH])
    return None if offered else verdict_by("benchmark", words["after"].search(after[:24]))


def studied(scope: Scope, words: Patterns) -> Verdict | None:
    """Whether what lies between it and something else is the matter, as in 与A100机柜在能效上的差距."""
    beside = words["beside"].search(scope.before(scope.clause))
    after = scope.after(scope.clause)
    return verdict_by("benchmark", words["between"].match(after) or (words["gap"].match(after) if beside else None))


def _measured(scope: Scope, words: Patterns, *, service: bool) -> re.Match[str] | None:
    """A floor for a measured figure, for a service, or for a product made at home: it says how good, not what."""
    before = scope.before(scope.clause)
    metric = words["metric"].search(before)
    if metric:
        return metric
    floor = words["floor"].search(before[-_FLOOR_REACH:])
    if floor and (service or words["result"].match(scope.after(scope.clause))):
        return floor
    subject = words["subject"].search(scope.before(scope.sentence)[: -len(floor.group())]) if floor else None
    return floor if subject else None
