"""Detection flags exactly the twelve notices of the demonstration portal that it should, each for the right reason."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.demo.portal import DemoPortal, expected_flagged
from monitor.demo.portal.notices import DemoNotice, read_data
from monitor.detection import Subject, detect
from monitor.documents import read_document
from monitor.watchlist import load_watchlist
from notices.document import Text
from notices.finding import Finding
from spiders.pages.ccgp import read_notice

EXPECTED = read_data("expected")


def texts_of(portal: DemoPortal, notice: DemoNotice) -> tuple[Text, ...]:
    page = portal.page(notice.path)
    assert page is not None
    url = "http://www.ccgp.gov.cn" + notice.path
    read = read_notice(page.body, url, notice.label, "ccgp", "text/html; charset=utf-8")
    items = [Text(f"item:{n}", item.as_written) for n, item in enumerate(read.items, 1)]
    files = []
    for number, attachment in enumerate(notice.attachments, 1):
        file = portal.page(attachment.path)
        assert file is not None
        reading = read_document(file.body, attachment.title)
        files += [replace(text, origin=f"document:{number}{text.origin}") for text in reading.texts]
    return (Text("title", read.title), Text("body", read.text), *items, *files)


@pytest.fixture(scope="module")
def findings() -> dict[str, list[Finding]]:
    portal, watchlist = DemoPortal(), load_watchlist()
    return {
        notice.id: detect(
            Subject(notice.id, notice.kind, notice.published.date(), texts_of(portal, notice), notice.buyer), watchlist
        )
        for notice in portal.notices
    }


def test_the_twelve_are_flagged_and_no_other(findings: dict[str, list[Finding]]) -> None:
    flagged = {notice for notice, found in findings.items() if any(finding.flagged for finding in found)}
    assert flagged == expected_flagged()


@pytest.mark.parametrize("row", EXPECTED["flagged"], ids=lambda row: f"{row['notice']}-{row['item']}")
def test_a_flagged_item_is_found_in_its_relation(findings: dict[str, list[Finding]], row: dict[str, Any]) -> None:
    names = row.get("items_any", [row["item"]])
    found = next(finding for finding in findings[row["notice"]] if finding.item in names and finding.flagged)
    assert found.relation == row["relation"]
    if "control" in row:
        assert found.control.status == row["control"]
    if "quantity" in row:
        assert found.quantity is not None
        stated = {name: getattr(found.quantity, name) for name in row["quantity"]}
        assert stated == row["quantity"]
    if row.get("where") == "attachment":
        assert found.place.origin.startswith("document:")


@pytest.mark.parametrize("row", EXPECTED["reported"], ids=lambda row: f"{row['notice']}-{row['item']}")
def test_an_item_that_is_not_bought_is_reported_unflagged(
    findings: dict[str, list[Finding]], row: dict[str, Any]
) -> None:
    found = {finding.item: finding for finding in findings[row["notice"]]}
    assert (found[row["item"]].relation, found[row["item"]].flagged) == (row["relation"], False)
