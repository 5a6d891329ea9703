"""The queue's filters are its address: shared, counted, refused where they mean nothing."""

import re

import pytest

from tests.review.conftest import Desk, visible


def shown(desk: Desk, address: str) -> set[str]:
    page = desk.get(address)
    return {name for name, key in desk.keys.items() if f"/findings/{key}" in page}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?category=us_ai", {"azure-openai"}),
        ("/?category=us_ai&view=all", {"azure-openai", "github-copilot"}),
        ("/?item=nvidia-h100", {"h100", "tender"}),
        ("/?relation=buys_or_equivalent", {"tender", "spec-implied-gpu"}),
        ("/?control=not_controlled", {"l20"}),
        ("/?severity=critical&kind=award", {"h100", "nvidia-a800"}),
        ("/?buyer=东屏理工大学", {"h100", "l20", "tender"}),
        ("/?words=算力", {"nvidia-a800", "offshore-compute"}),
        ("/?words=第41研究所", {"hostile"}),
        ("/?since=2026-03-05&until=2026-03-05", {"h100", "l20"}),
        ("/?until=2026-02-02", {"tender", "long"}),
        ("/?view=unflagged", {"a100"}),
        ("/?view=rejected", {"github-copilot"}),
        ("/?view=confirmed", set()),
        ("/?source=ccgp-central", set()),
        ("/?item=&words=+&severity=", {"h100", "l20", "tender", "long", "hostile", "aws", "azure-openai", "nvidia-h20",
                                      "nvidia-rtx-4090", "spec-implied-gpu", "nvidia-a800", "offshore-compute",
                                      "supermicro-sys-421ge-tnrt", "nvidia-h200"}),
    ],
)  # fmt: skip
def test_each_filter_keeps_to_its_findings(desk: Desk, address: str, expected: set[str]) -> None:
    assert shown(desk, address) == expected


def test_every_count_beside_a_filter_is_what_its_link_shows(desk: Desk) -> None:
    page = desk.get("/?view=all&severity=critical")
    side = page[page.index('<nav class="tabs"') : page.index('<div class="list">')]
    link = (
        r'<a href="([^"]*)"( aria-current="true")?[^>]*>(?:<span>)?([^<]*)(?:</span>)? <span class="n">([\d,]+)</span>'
    )
    links = re.findall(link, side)
    assert len(links) > 15
    for address, chosen, label, count in links:
        total = re.search(r"<b>([\d,]+)</b> findings?<", desk.get(address.replace("&amp;", "&")))
        assert total, label
        # The link of a chosen value takes it away again.
        assert total[1] == ("15" if chosen else count), label


def test_a_chosen_filter_can_be_taken_away_and_the_others_stay(desk: Desk) -> None:
    page = desk.get("/?severity=critical&kind=award&words=项目")
    assert '<a href="/?kind=award&amp;words=%E9%A1%B9%E7%9B%AE" title="Remove filter">' in page
    assert '<input type="hidden" name="severity" value="critical">' in page
    assert desk.get("/?kind=award&words=项目").count('class="go"') == 3


def test_a_finding_keeps_the_queue_that_it_was_opened_from(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['h100']}?item=nvidia-h100")
    assert "1 of 2 in this queue" in page
    assert f'href="/findings/{desk.keys["tender"]}?item=nvidia-h100"' in page
    assert 'href="/?item=nvidia-h100"' in page


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/?severity=urgent", "critical high medium low info"),
        ("/?relation=loves", "buys buys_or_equivalent rents"),
        ("/?control=illegal", "restricted licensable unrestricted"),
        ("/?kind=sale", "intention prequalification tender"),
        ("/?category=cpu", "gpu gpu_server us_cloud"),
        ("/?item=nvidia-z9", "aws azure-openai github-copilot"),
        ("/?source=elsewhere", "ccgp-central ccgp-local dongping-portal"),
        ("/?view=mine", "todo confirmed rejected"),
        ("/?since=yesterday", "YYYY-MM-DD"),
        ("/?until=2026-02-30", "YYYY-MM-DD"),
        ("/?until=9999-12-31", "YYYY-MM-DD"),
        ("/?since=0001-01-01", "YYYY-MM-DD"),
        ("/?page=0", "1, 2, 3"),
        ("/?page=1e9", "1, 2, 3"),
        ("/?itme=aws", "view severity category item"),
        ("/?severity=low&severity=high", "low"),
        (f"/?words={'长' * 300}", "≤ 200"),
    ],
)
def test_an_unknown_filter_is_refused_with_what_is_possible(desk: Desk, address: str, named: str) -> None:
    assert named in visible(desk.get(address, 400))


def test_a_refused_address_offers_the_queue_with_the_filters_that_are_known(desk: Desk) -> None:
    page = desk.get("/?severity=urgent&kind=award&words=算力", 400)
    assert 'href="/?kind=award&amp;words=%E7%AE%97%E5%8A%9B"' in page
    assert desk.get(f"/findings/{desk.keys['aws']}?item=none", 400).count('class="problem"') == 1
