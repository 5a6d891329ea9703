"""A sample alert for a route: everything in it is invented, and it says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from alerts.gathering import digest_alert, followed_alert, group_alert
from alerts.routes import Route
from notices.alert import DIGEST, FINDINGS, FOLLOWED, NOTHING, STATUS, Alert, FollowedNotice
from notices.finding import Control, Finding, FindingReport, Place, Quantity

KINDS = (FINDINGS, DIGEST, NOTHING, FOLLOWED, STATUS)
_QUOTE = "GPU服务器 | 2台，每台配置8卡 NVIDIA H100 80GB（样例）"


def sample_alert(route: Route, kind: str, now: datetime, desk_address: str = "https://example.org") -> Alert:
    """A sample of one kind of alert, as this route would tell it."""
    report = _report(now, desk_address)
    if kind in (DIGEST, NOTHING):
        found = (report,) if kind == DIGEST else ()
        alert = digest_alert(route, found, (), now, since=now - timedelta(days=1))
    elif kind == FOLLOWED:
        alert = followed_alert(route, _notice(report), now)
    elif kind == STATUS:
        line = "This is what a message about the watch itself looks like."
        alert = Alert("", route.name, "sample", now, (), kind=STATUS, lines=(line,))
    else:
        alert = group_alert(route, (report,), now)
    id_ = sha256("\x1f".join(("sample", route.name, kind, now.isoformat())).encode()).hexdigest()[:24]
    return replace(alert, id=id_, procedure=f"s{id_[:15]}", sample=True)


def _report(now: datetime, desk_address: str) -> FindingReport:
    day = now.date().isoformat()
    control = Control("restricted", day, "sample", "sample", f"Sample: what an item's listing as of {day} looks like.")
    finding = Finding(
        notice="sample",
        item="nvidia-h100",
        label="NVIDIA H100",
        category="gpu",
        relation="buys",
        flagged=True,
        basis="named",
        severity="critical",
        place=Place("item:1", 0, len(_QUOTE), _QUOTE),
        control=control,
        quantity=Quantity(16, 2),
        reasons=("sample",),
    )
    return FindingReport(
        key="sample",
        finding=finding,
        source="sample",
        url=f"{desk_address}/sample",
        title="样例大学智能计算平台采购项目中标公告（样例）",
        kind="award",
        published=day,
        buyer="样例大学",
        agency="样例招标代理公司",
        suppliers=("样例供应商公司",),
        region="北京",
        amount_cny=2_805_000.0,
        procedure="sample",
        verdict=None,
        capture_sha256=None,
        found_at=now,
    )


def _notice(report: FindingReport) -> FollowedNotice:
    about = (report.url, report.title, report.kind, report.published, report.buyer, report.suppliers, report.amount_cny)
    return FollowedNotice(report.source, "sample", 1, *about, report.procedure, ("buyer 样例大学",))
