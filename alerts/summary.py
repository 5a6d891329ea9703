"""An alert in a line: its subject, how many findings of what, and what must be said about it beside them."""

from collections import Counter

from alerts import wording
from notices.alert import DIGEST, FINDINGS, FOLLOWED, NOTHING, STATUS, Alert, FollowedNotice
from notices.finding import SEVERITIES


def subject(alert: Alert) -> str:
    """The subject on one line; a sample and a repeat say so first."""
    marks = ("[SAMPLE] " if alert.sample else "") + (f"[Reminder {alert.repeat}] " if alert.repeat else "")
    return wording.one_line(marks + _SUBJECTS[alert.kind](alert), 170)


def opening(alert: Alert) -> str:
    """How much there is: "3 findings in 2 notices: 1 critical, 2 high"."""
    if alert.kind == STATUS:
        return "The watch itself"
    if alert.kind == NOTHING:
        return "Nothing new for this route"
    parts = []
    if alert.reports:
        notices = len({(report.source, report.finding.notice) for report in alert.reports})
        by_severity = ", ".join(f"{number} {severity}" for severity, number in _severities(alert))
        parts.append(f"{_many(len(alert.reports), 'finding')} in {_many(notices, 'notice')}: {by_severity}")
    if alert.notices:
        parts.append(f"{_many(len(alert.notices), 'notice')} of what is followed")
    return "; ".join(parts)


def remarks(alert: Alert) -> tuple[str, ...]:
    """What a reader must know of the alert as a whole, a sentence each."""
    told: list[str] = []
    if alert.sample:
        told.append("This is a sample: the notice, the parties and the finding are invented.")
    if alert.repeat:
        told.append(f"Reminder {alert.repeat}: nobody has reviewed this since it was first sent.")
    if alert.about:
        told.append(f"Grouped by: {wording.one_line(alert.about)}")
    if alert.since:
        told.append(f"Since {alert.since:%Y-%m-%d %H:%M} UTC, up to {alert.created_at:%Y-%m-%d %H:%M} UTC.")
    if alert.retroactive:
        later = _many(len(alert.retroactive), "finding")
        told.append(f"{later} marked “found later”: the notice was judged before, and a newer watchlist found it.")
    if alert.muted:
        left_out = _many(alert.muted, "low finding")
        told.append(f"Left out here: {left_out} beside a critical one of the same procedure. The desk lists all.")
    return tuple(told)


def counts(alert: Alert) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """What the findings count by: severity, item, stage and buyer, the most frequent first."""
    reports = alert.reports
    if not reports:
        return ()
    return (
        ("Severity", _severities(alert)),
        ("Item", _most(Counter(wording.product_words(report.finding) for report in reports))),
        ("Stage", _most(Counter(wording.stage_english(report.kind) for report in reports))),
        ("Buyer", _most(Counter(wording.one_line(report.buyer or "not stated", 40) for report in reports))),
    )


def notice_line(notice: FollowedNotice) -> dict[str, object]:
    """A followed notice in words for a reader."""
    return {
        "title": wording.one_line(notice.title),
        "stage": wording.stage_words(notice.kind),
        "published": notice.published,
        "buyer": wording.one_line(notice.buyer) if notice.buyer else None,
        "suppliers": tuple(map(wording.one_line, notice.suppliers)),
        "amount": wording.amount_words(notice.amount_cny),
        "watched": tuple(map(wording.one_line, notice.watched)),
        "url": wording.one_line(notice.url),
        "url_is_web": notice.url.startswith(("https://", "http://")),
        "source": wording.one_line(notice.source),
        "revision": notice.revision,
    }


def notice_row(notice: FollowedNotice) -> dict[str, object]:
    """The JSON object of a followed notice in a webhook's body."""
    names = ("source", "notice", "revision", "url", "title", "kind", "published", "buyer", "amount_cny", "procedure")
    row: dict[str, object] = {name: getattr(notice, name) for name in names}
    return row | {"suppliers": list(notice.suppliers), "watched": list(notice.watched)}


def _of_findings(alert: Alert) -> str:
    first = alert.reports[0]
    quantity = wording.quantity_words(first.finding.quantity)
    named = wording.product_words(first.finding)
    product = f"{named} ({quantity})" if quantity else named
    labels = dict.fromkeys(report.finding.label for report in alert.reports)
    others = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    about = wording.one_line(alert.about or first.buyer or first.title, 60)
    stage = wording.stage_english(first.kind)
    return wording.one_line(f"{first.finding.severity.capitalize()}: {product}{others} – {about} – {stage}", 150)


def _of_digest(alert: Alert) -> str:
    return f"Digest of {alert.route}: {opening(alert)}"


def _of_nothing(alert: Alert) -> str:
    return f"Digest of {alert.route}: nothing found"


def _of_followed(alert: Alert) -> str:
    notice = alert.notices[0]
    stage = wording.stage_english(notice.kind)
    return f"Followed: {stage} – {wording.one_line(notice.buyer or '', 40)} – {wording.one_line(notice.title, 80)}"


def _of_status(alert: Alert) -> str:
    first = alert.lines[0] if alert.lines else "no change"
    more = f" (and {len(alert.lines) - 1} more)" if len(alert.lines) > 1 else ""
    return f"Watch: {wording.one_line(first, 120)}{more}"


_SUBJECTS = {
    FINDINGS: _of_findings,
    DIGEST: _of_digest,
    NOTHING: _of_nothing,
    FOLLOWED: _of_followed,
    STATUS: _of_status,
}


def _severities(alert: Alert) -> tuple[tuple[str, int], ...]:
    counted = Counter(report.finding.severity for report in alert.reports)
    return tuple((severity, counted[severity]) for severity in SEVERITIES if counted[severity])


def _most(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(counted.most_common(8))


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
