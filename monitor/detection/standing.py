"""What stands already: equipment owned, and equipment that something else must fit."""

import re
from collections.abc import Mapping

from monitor.detection.layout import before_of, remark_of
from monitor.detection.scope import Scope
from monitor.detection.verdict import COUNT, Patterns, Verdict, headed, last_match, relation_words, verdict_by
from monitor.watchlist.model import Watchlist

_HEAD_REACH = 40
_BRACKETS = re.compile(r"\([^()]*\)")


def existing(scope: Scope, words: Mapping[str, Patterns], topic: str, fits: Patterns) -> Verdict | None:
    before, after = before_of(scope), _BRACKETS.sub("", scope.after(scope.clause))
    if _fits_storage(scope, fits):
        return None
    cue = last_match(words["existing"]["before"], before)
    new = last_match(words["existing"]["new"], before)
    if cue and (new is None or new.start() < cue.start() or new.group() in cue.group()):
        return verdict_by("existing", cue)
    behind = words["existing"]["after"].match(after)
    if behind and not (new and not words["existing"]["topic"].search(after)):
        return verdict_by("existing", behind)
    worked = words["existing"]["bracketed"].match(scope.after(scope.clause)) or (
        words["existing"]["worked"].search(before) and words["existing"]["work"].match(after)
    )
    if worked and new is None:
        return verdict_by("existing", worked)
    owned = None if fits["before"].search(before) else words["existing"]["owned"].search(scope.after(scope.sentence))
    if owned and new is None and len(scope.after(scope.sentence)[: owned.start()]) < _HEAD_REACH:
        return verdict_by("existing", owned)
    about = (
        remark_of(scope, words["existing"]["remark"])
        or headed(scope, words["existing"]["heading"])
        or words["existing"]["topic"].search(topic)
    )
    if about and new is None and not fits["before"].search(before):
        return verdict_by("existing", about)
    return None


def _fits_storage(scope: Scope, fits: Patterns) -> bool:
    """Whether storage, a network or a piece of software must fit what is owned, as in 存储须兼容原有A100节点."""
    sentence = scope.before(scope.sentence)
    return bool(fits["fitting"].search(sentence))


def compatibility(scope: Scope, words: Patterns, rents: Patterns, topic: str, *, service: bool) -> Verdict | None:
    before, after = before_of(scope), scope.after(scope.clause)
    if COUNT.match(after.lstrip()):
        after = ""
    cue = last_match(words["before"], before)
    runs = words["on"].search(before) and words["runs"].match(after)
    joined = words["with"].search(before) and words["exchanges"].match(after)
    if joined:
        return verdict_by("compatibility", joined)
    if runs and not COUNT.search(scope.part(scope.clause)):
        return verdict_by("compatibility", runs)
    if cue is None:
        return verdict_by("compatibility", words["after"].match(after) or headed(scope, words["heading"]))
    if words["none_installed"].search(scope.part(scope.sentence)):
        return verdict_by("compatibility", cue)
    if words["installed"].search(before[cue.end() :]):
        return None
    if service and cue.group() in ("支持", "接入", "管理") and rents["near"].search(topic):
        return None
    if re.search(r"不低于|不少于|或同等", after[:16]):
        return None
    return verdict_by("compatibility", cue)


def added_at(scope: Scope, watchlist: Watchlist) -> int | None:
    """Where the words begin that add the product to what is owned, as in 向在用的服务器4台中增配显卡8块, or None."""
    words = relation_words(watchlist)["existing"]
    before = scope.before(scope.clause)
    new = last_match(words["new"], before)
    if new is None or not words["before"].search(before[: new.start()]):
        return None
    return scope.clause[0] + new.start()
