"""One finding says the same wherever it is read: page, dossier, exports, API, feed, mail and webhook."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from alerts.message import email_content, webhook_body
from monitor.review.words import Words
from monitor.watchlist import load_watchlist
from notices.alert import DIGEST, Alert
from notices.finding import FindingReport
from notices.money import Money
from notices.notice import Notice
from notices.party import Party
from storage import Store
from storage.findings import FindingFilter
from tests.review import invented
from tests.review.conftest import browse, visible
from tests.review.test_finding_context import published, store_judged

BUYER, SELLER = Party("远山大学（本部）", "buyer"), Party("北泽恒远科技有限公司", "supplier")
THREE = "1包：NVIDIA H100 80GB加速卡8张。\n2包：NVIDIA L20 48GB加速卡4张。\n3包：NVIDIA A800 80GB加速卡2张。"
NOTHING = "not stated"


def notices() -> Iterator[Notice]:
    """A notice for each day on which a rule takes effect and the day before it, and the odd ones."""
    days = sorted({rule.effective for rule in load_watchlist().rules.values()})
    for number, day in enumerate(each - timedelta(days=back) for each in days for back in (1, 0)):
        items = ("NVIDIA H20 96GB", "NVIDIA A100 80GB", "NVIDIA H100 80GB", "NVIDIA A800 80GB", "RTX 4090 24GB")
        text = f"采购{items[number % 5]}加速卡8张，{items[(number + 2) % 5]}加速卡2张。"
        money = Money(Decimal(1_000_000 + number * 12_345), "CNY", f"{1_000_000 + number * 12_345}元")
        kind, amounts = ("award", {"award": money}) if number % 2 else ("tender", {"budget": money})
        yield made(100 + number, kind, text, day, parties=(BUYER, SELLER)[: 1 + number % 2], **amounts)
    day = date(2023, 11, 17)
    yield made(1, "tender", THREE, None, parties=(BUYER,))
    yield made(2, "award", THREE, day, award=Money(Decimal("250000.5"), "USD", "25万美元"))
    yield made(3, "award", THREE, day, parties=(), budget=Money(Decimal("123456.78")))
    yield made(4, "termination", THREE, day, parties=(BUYER, SELLER))
    yield made(5, "correction", "更正前：NVIDIA H20 96GB加速卡8张。更正后：NVIDIA H100 80GB加速卡8张。", day)


def made(number: int, kind: str, text: str, day: date | None, **values: object) -> Notice:
    title = f"远山大学第{number}批加速卡公告"
    shown = published(day.isoformat()) if day else None
    return replace(invented.notice(number, title, kind, text, published=shown), **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Judged:
    store: Store
    folder: Path
    reports: dict[str, FindingReport]


@pytest.fixture
def judged(sqlite_store: Store, tmp_path: Path) -> Judged:
    keys = [key for each in notices() for key in store_judged(sqlite_store, each)]
    with sqlite_store.read() as unit:
        reports = {each.key: each for each in unit.findings.reports(FindingFilter())}
    assert sorted(reports) == sorted(keys)
    assert {each.finding.control.status for each in reports.values()} >= {
        "restricted", "licensable", "unrestricted", "not_controlled", "unknown_date"
    }  # fmt: skip
    return Judged(sqlite_store, tmp_path / "captures", reports)


def facts(page: str) -> dict[str, str]:
    """The terms of a page's lists of facts with what stands beside each."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {visible(re.sub(r'<span class="alt".*?</span>', "", name)): visible(value) for name, value in pairs}


def told(text: str) -> dict[str, str]:
    """The lines "Name:  value" of a mail."""
    return dict(re.findall(r"^([A-Z]\w+): +(.*)$", text, re.MULTILINE))


def amount_in(text: str) -> str:
    """Figure and currency of the first amount in a text, or that none is stated."""
    text = text.replace("¥", "CNY ")
    found = re.search(r"(CNY|USD) ([\d,.]*\d)|([\d,.]*\d) (USD)", text)
    if not found:
        assert NOTHING in text
        return NOTHING
    figure, currency = (found[2], found[1]) if found[2] else (found[3], found[4])
    return f"{Decimal(figure.replace(',', '')):.2f} {currency}"


def expected(report: FindingReport) -> dict[str, str]:
    control = report.finding.control
    return {
        "buyer": report.buyer or NOTHING,
        "amount": f"{report.stated.amount:.2f} {report.stated.currency}" if report.stated else NOTHING,
        "amount_is": report.stated_as,
        "kind": report.kind,
        "published": report.published or NOTHING,
        "status": control.status,
        "as_of": control.as_of or "",
        "citation": control.citation or "",
        "sentence": control.sentence,
        "quote": report.finding.place.quote,
    }


def on_page(page: str, *, dossier: bool) -> dict[str, str]:
    english, shown = Words("en"), facts(page)
    statuses = {english.name("control", code): code for code in ("restricted", "licensable", "unrestricted",
                "not_controlled", "service", "unknown_date")}  # fmt: skip
    kinds = {english.name("kind", code): code for code in ("tender", "award", "termination", "correction")}
    (first, *_) = re.findall(r'<span class="ctl ctl-\w+">([^<]+)</span>', page)
    cited = page[page.index("<h2>Control status" if dossier else 'class="control"') :]
    cited = cited[: cited.index("</section>")]
    sentence = re.search(r'<p lang="en">(.*?)</p>', cited)
    citation = re.search(r'Citation: (?:<span lang="en">)?([^<]+?)(?: — |<)', cited)
    as_of = re.search(r"as of (\d{4}-\d\d-\d\d)", visible(cited))
    kind = re.match(r"(\w+)", shown["Stage"])
    assert kind
    return {
        "buyer": shown["Buyer"],
        "amount": amount_in(shown["Amount"]),
        "amount_is": "".join(re.findall("Award|Budget", shown["Amount"])).lower(),
        "kind": kinds[kind[1]],
        "published": shown["Published"].replace("no date", NOTHING),
        "status": statuses[unescape(first)],
        "as_of": as_of[1] if as_of else "",
        "citation": unescape(citation[1]).strip() if citation else "",
        "sentence": unescape(sentence[1]) if sentence else "",
        "quote": visible(re.findall(r'<mark class="m-hit"[^>]*>(.*?)</mark>', page)[0]),
    }


def in_row(row: Mapping[str, object]) -> dict[str, str]:
    control = row["control"]
    assert isinstance(control, dict)
    return {
        "buyer": str(row["buyer"] or NOTHING),
        "amount": str(row["amount_stated"] or NOTHING),
        "amount_is": str(row["amount_is"] or ""),
        "kind": str(row["kind"]),
        "published": str(row["published"] or NOTHING),
        "status": str(control["status"]),
        "as_of": str(control["as_of"] or ""),
        "citation": str(control["citation"] or ""),
        "quote": str(row["quote"]),
    }


def without(said: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in names}


def test_page_and_dossier_say_what_is_stored(judged: Judged) -> None:
    client = browse(judged.store, judged.folder)
    for key, report in judged.reports.items():
        for path, dossier in ((f"/findings/{key}", False), (f"/findings/{key}/dossier", True)):
            said = on_page(client.get(path).text, dossier=dossier)
            assert said == expected(report), (path, report.title)


def test_page_and_dossier_give_the_same_standings(judged: Judged) -> None:
    client = browse(judged.store, judged.folder)
    several = 0
    for key in judged.reports:
        tables = []
        for path in (f"/findings/{key}", f"/findings/{key}/dossier"):
            page = client.get(path).text
            tables.append([visible(row) for row in re.findall(r"<tr><th scope=\"row\">(?:At the|Today).*?</tr>", page)])
        assert tables[0] == tables[1]
        several += len(tables[0]) > 1
    assert several > 20


def test_exports_and_the_api_say_what_is_stored(judged: Judged) -> None:
    client = browse(judged.store, judged.folder)
    lines = [json.loads(line) for view in ("all", "unflagged")
             for line in client.get(f"/export/findings.jsonl?view={view}").text.splitlines()]  # fmt: skip
    assert {row["finding"] for row in lines} == set(judged.reports)
    for row in lines:
        report = judged.reports[row["finding"]]
        assert in_row(row) == without(expected(report), "sentence")
        assert in_row(client.get(f"/api/v1/findings/{report.key}").json()) == in_row(row)
    table = list(csv.DictReader(StringIO(client.get("/export/findings.csv?view=all").text, newline="")))
    for cells in table:
        report = judged.reports[cells["finding"]]
        row = cells | {"control": json.loads(cells["control"])}
        assert in_row(row) == without(expected(report), "sentence")
        assert (cells["control_status"], cells["control_citation"]) == (
            report.finding.control.status, report.finding.control.citation or "")  # fmt: skip
    sheet = load_workbook(BytesIO(client.get("/export/findings.xlsx?view=all").content)).worksheets[0]
    head, *rows = [[cell.value for cell in row] for row in sheet.rows]
    assert len(rows) == len(table)
    for row in (dict(zip(head, values, strict=True)) for values in rows):
        report = judged.reports[str(row["finding"])]
        assert (row["buyer"], row["control_status"], row["control_citation"]) == (
            report.buyer, report.finding.control.status, report.finding.control.citation)  # fmt: skip
        assert (row["amount_cny"], row["amount_is"]) == (report.amount_cny, report.stated_as or None)
        assert (str(row["published"])[:10] if row["published"] else None) == report.published


def test_mail_feed_and_webhook_say_what_is_stored(judged: Judged) -> None:
    for report in judged.reports.values():
        alert = Alert("a1", "all", report.procedure, invented.NOW, (report,))
        wanted = expected(report)
        mail = email_content(alert, "http://desk.invalid")
        for words in (told(mail.text), _cells(mail.html)):
            assert words["Buyer"] == wanted["buyer"]
            assert amount_in(words["Amount"]) == wanted["amount"]
            assert {"award": "awarded", "budget": "budget", "": ""}[report.stated_as] in words["Amount"]
            assert words["Published"] == wanted["published"]
            assert words["Stage"].startswith(Words("en").name("kind", report.kind))
            assert words["Control"].startswith(wanted["sentence"])
        assert f"{wanted['status'].replace('_', ' ')}" in mail.text
        assert wanted["citation"] in mail.text
        assert wanted["quote"] in visible(mail.html)
        (row,) = json.loads(webhook_body(alert))["findings"]
        assert in_row(row) == without(wanted, "sentence")
        digest = email_content(replace(alert, kind=DIGEST), "http://desk.invalid").text
        assert wanted["citation"] in digest
        assert amount_in(digest.split(" – ")[-1]) == wanted["amount"]


def _cells(html: str) -> dict[str, str]:
    pairs = re.findall(r"<td width=\"104\"[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>", html, re.DOTALL)
    return {visible(name): visible(value) for name, value in pairs}


def test_a_withdrawn_finding_is_nowhere_said_to_stand(judged: Judged) -> None:
    report = next(each for each in judged.reports.values() if each.finding.flagged)
    with judged.store.begin() as unit:
        notice_id = unit.findings.notice_id(report.key)
        assert notice_id is not None
        unit.findings.replace(notice_id, report.source, [], invented.NOW + timedelta(hours=1))
    client = browse(judged.store, judged.folder)
    for path in (f"/findings/{report.key}", f"/findings/{report.key}/dossier"):
        gone = client.get(path)
        assert gone.status_code == 404
        assert "a later reading of the notice withdrew it" in gone.text
    for path in ("/?view=all", "/export/findings.jsonl?view=all", "/export/findings.csv?view=all", "/api/v1/findings"):
        assert report.key not in client.get(path).text, path
    row = client.get(f"/api/v1/findings/{report.key}").json()
    assert row["withdrawn_at"] == "2026-03-06T02:30:00.000000Z"
    assert in_row(row) == without(expected(report), "sentence")


def test_what_another_watchlist_judged_is_said_to_be_of_that_one(judged: Judged) -> None:
    report = next(each for each in judged.reports.values() if each.finding.control.status == "restricted")
    older = replace(
        report.finding,
        watchlist_version="0" * 64,
        control=replace(report.finding.control, rule="older-rule", citation="1 FR 1", sentence="Listed under 1 FR 1."),
    )
    with judged.store.begin() as unit:
        notice_id = unit.findings.notice_id(report.key)
        assert notice_id is not None
        unit.findings.replace(notice_id, report.source, [older], invented.NOW)
        stored = unit.findings.report(report.key)
    assert stored is not None
    client = browse(judged.store, judged.folder)
    for path, dossier in ((f"/findings/{report.key}", False), (f"/findings/{report.key}/dossier", True)):
        page = client.get(path).text
        assert on_page(page, dossier=dossier) == expected(stored)
        assert "0000000000000000" in page
        assert "The present rules alone do not give the status" in page
        assert "At the award" not in page
