"""An alert as a reader or a program gets it: e-mail subject, text and HTML, and the webhook's body."""

import json
from dataclasses import dataclass
from functools import cache

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)
from jinja2.sandbox import SandboxedEnvironment

from alerts import summary, wording
from notices.alert import DIGEST, FINDINGS, FOLLOWED, NOTHING, STATUS, Alert
from notices.errors import ConfigurationError
from notices.finding import FindingReport, report_row

MOST_SHOWN = 40
MOST_LISTED = 300
# The `type` of a webhook's body, by what the alert is.
TYPES = {
    FINDINGS: "findings.flagged",
    DIGEST: "findings.digest",
    NOTHING: "findings.digest",
    FOLLOWED: "notices.followed",
    STATUS: "watch.status",
}
QUOTE_LIMIT = 900


@dataclass(frozen=True, slots=True)
class Content:
    """An e-mail's content; `subject` is one line without control characters."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding in words; None or an empty tuple where the notice does not state it."""

    severity: str
    label: str
    relation: str
    basis: str
    candidates: tuple[str, ...]
    quantity: str | None
    quote: tuple[tuple[str, bool], ...]
    places: tuple[str, ...]
    by_ocr: bool
    control: str
    status: str
    title: str
    stage: str
    published: str | None
    buyer: str | None
    agency: str | None
    suppliers: tuple[str, ...]
    region: str | None
    amount: str | None
    reasons: tuple[str, ...]
    unread: tuple[str, ...]
    verdict: str | None
    labels: tuple[str, ...]
    source: str
    url: str
    url_is_web: bool
    desk_url: str
    capture_sha256: str | None
    key: str


def email_content(alert: Alert, desk_url: str, templates: str | None = None) -> Content:
    """Subject, text and HTML of an alert; the same alert gives the same words on every try.

    `desk_url` is the desk's address without a final slash; a finding stands there under /findings/KEY. Of more than
    40 findings (300 in a digest's table) the most severe are shown and the rest counted. `templates` is a folder
    whose files of the same names replace ours; ConfigurationError if one of them cannot be used.
    """
    name, most = ("alert", MOST_SHOWN) if alert.kind == FINDINGS else ("digest", MOST_LISTED)
    views = [view_of(report, desk_url) for report in alert.reports[:most]]
    words = {
        "alert": alert,
        "route": wording.one_line(alert.route),
        "findings": views,
        "more": len(alert.reports) - len(views),
        "subject": summary.subject(alert),
        "desk_url": desk_url,
        "opening": summary.opening(alert),
        "remarks": summary.remarks(alert),
        "counts": summary.counts(alert),
        "notices": [summary.notice_line(notice) for notice in alert.notices],
        "lines": [wording.one_line(line) for line in alert.lines],
    }
    try:
        text, html = (_templates(templates).get_template(f"{name}.{kind}").render(words) for kind in ("txt", "html"))
    except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError) as error:
        reason = wording.one_line(str(error), 200)
        raise ConfigurationError(f"the template {name} in [alerts] templates cannot be used: {reason}") from None
    return Content(summary.subject(alert), text, html)


def webhook_body(alert: Alert) -> bytes:
    """The webhook's JSON as ASCII bytes; equal alerts give equal bytes, whenever they are made."""
    findings = [report_row(report) | _labels(report) for report in alert.reports]
    body: dict[str, object] = {"type": TYPES[alert.kind], "route": alert.route, "alert": alert.id, "findings": findings}
    given: dict[str, object] = {
        "notices": [summary.notice_row(notice) for notice in alert.notices],
        "lines": list(alert.lines),
        "retroactive": list(alert.retroactive),
        "about": alert.about,
        "muted": alert.muted,
        "repeat": alert.repeat,
        "since": alert.since.isoformat() if alert.since else "",
        "sample": alert.sample,
    }
    body |= {name: value for name, value in given.items() if value}
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def view_of(report: FindingReport, desk_url: str) -> FindingView:
    """A finding's facts in words for a reader."""
    finding = report.finding
    return FindingView(
        severity=finding.severity,
        label=wording.product_words(finding),
        relation=wording.relation_words(finding),
        basis=wording.BASES_IN_ENGLISH.get(finding.basis, finding.basis),
        candidates=tuple(map(wording.one_line, finding.candidates)),
        quantity=wording.quantity_words(finding.quantity),
        quote=wording.shortened(wording.highlighted(finding), QUOTE_LIMIT),
        places=tuple(wording.place_words(place) for place in (finding.place, *finding.also)),
        by_ocr=finding.place.confidence is not None,
        control=wording.control_words(finding),
        status=wording.status_words(finding),
        title=wording.one_line(report.title),
        stage=wording.stage_words(report.kind),
        published=report.published,
        buyer=_line(report.buyer),
        agency=_line(report.agency),
        suppliers=tuple(map(wording.one_line, report.suppliers)),
        region=wording.region_words(report.region) if report.region else None,
        amount=wording.report_amount(report),
        reasons=tuple(wording.one_line(reason) for reason in finding.reasons if reason != finding.control.sentence),
        unread=tuple(map(wording.one_line, report.unread_documents)),
        verdict=report.verdict,
        labels=tuple(map(wording.one_line, report.labels)),
        source=wording.one_line(report.source),
        url=wording.one_line(report.url),
        url_is_web=report.url.startswith(("https://", "http://")),
        desk_url=f"{desk_url}/findings/{report.key}",
        capture_sha256=report.capture_sha256,
        key=report.key,
    )


def _labels(report: FindingReport) -> dict[str, object]:
    return {"labels": list(report.labels)} if report.labels else {}


def _line(text: str | None) -> str | None:
    return wording.one_line(text) if text else None


@cache
def _templates(folder: str | None) -> Environment:
    # What ends in .html is escaped, .txt is not; an unknown name in a template is an error.
    ours = PackageLoader("alerts", "templates")
    made = SandboxedEnvironment if folder else Environment
    return made(
        loader=ChoiceLoader([FileSystemLoader(folder), ours]) if folder else ours,
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
