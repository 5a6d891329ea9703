"""What stands already: equipment owned, and equipment that something else must fit."""

import re
from collections.abc import Mapping

from monitor.detection.layout import before_of, remark_of
from monitor.detection.scope import Scope
from monitor.detection.verdict import Patterns, Verdict, headed, last_match, verdict_by

_HEAD_REACH = 40


def existing(scope: Scope, words: Mapping[str, Patterns], topic: str, fits: Patterns) -> Verdict | None:
    before, after = before_of(scope), scope.after(scope.clause)
    cue = last_match(words["existing"]["before"], before)
    new = last_match(words["existing"]["new"], before)
    if cue and (new is None or new.start() < cue.start() or new.group() in cue.group()):
        return verdict_by("existing", cue)
    behind = words["existing"]["after"].match(after)
    if behind and not (new and not words["existing"]["topic"].search(after)):
        return verdict_by("existing", behind)
    owned = words["existing"]["owned"].search(scope.after(scope.sentence))
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


def compatibility(scope: Scope, words: Patterns, rents: Patterns, topic: str, *, service: bool) -> Verdict | None:
    before, after = before_of(scope), scope.after(scope.clause)
    cue = last_match(words["before"], before)
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
