from datetime import date, timedelta

import pytest

from monitor.detection import Subject, detect
from monitor.detection.control import control_on
from monitor.watchlist import Watchlist
from monitor.watchlist.model import ListedParty
from notices.document import Text

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("item", "first", "before", "since"),
    [
        ("nvidia-a100", date(2022, 8, 26), "unrestricted", "restricted"),
        ("nvidia-h100", date(2026, 1, 15), "restricted", "licensable"),
        ("nvidia-a800", date(2023, 10, 23), "unrestricted", "restricted"),
        ("nvidia-l40s", date(2023, 10, 23), "unrestricted", "restricted"),
        ("nvidia-l4", date(2023, 11, 17), "unrestricted", "restricted"),
        ("nvidia-rtx-4090", date(2023, 11, 17), "unrestricted", "licensable"),
        ("nvidia-h20", date(2025, 4, 9), "unrestricted", "restricted"),
        ("nvidia-h20", date(2025, 8, 8), "restricted", "licensable"),
        ("amd-mi250", date(2022, 8, 31), "unrestricted", "restricted"),
    ],
)
def test_the_status_changes_on_the_first_day_of_a_rule(
    item: str, first: date, before: str, since: str, watchlist: Watchlist
) -> None:
    entry = watchlist.items[item]
    assert control_on(entry, first - DAY, watchlist).status == before
    control = control_on(entry, first, watchlist)
    assert control.status == since
    assert control.rule in watchlist.rules
    assert control.citation == watchlist.rules[str(control.rule)].citation
    assert f"as of {first.isoformat()}" in control.sentence


def test_without_a_date_the_status_is_unknown(watchlist: Watchlist) -> None:
    control = control_on(watchlist.items["nvidia-h100"], None, watchlist)
    assert (control.status, control.as_of, control.rule) == ("unknown_date", None, None)


def test_no_sentence_says_that_a_purchase_is_against_the_law(watchlist: Watchlist) -> None:
    for item in watchlist.items.values():
        for day in (None, date(2021, 1, 1), date(2024, 1, 1), date(2026, 6, 1)):
            sentence = control_on(item, day, watchlist).sentence
            assert "illegal" not in sentence.lower()
            assert "as of" in sentence or "no date" in sentence


def _severity(
    body: str, kind: str, watchlist: Watchlist, day: date = date(2024, 3, 5), buyer: str | None = None
) -> str:
    (finding, *_) = detect(Subject("n", kind, day, (Text("body", body),), buyer), watchlist)
    return finding.severity


def test_an_award_weighs_more_than_an_intention_and_an_exclusion_nothing(watchlist: Watchlist) -> None:
    order = ["critical", "high", "medium", "low", "info"]
    award = _severity("成交内容：NVIDIA H100加速卡8张", "award", watchlist)
    intention = _severity("拟采购NVIDIA H100加速卡8张", "intention", watchlist)
    early = _severity("成交内容：NVIDIA A800加速卡8张", "award", watchlist, date(2023, 3, 1))
    assert order.index(award) <= order.index(intention) < order.index("info")
    assert order.index(award) < order.index(early)
    assert _severity("不接受NVIDIA H100加速卡", "tender", watchlist) == "info"


def test_a_listed_buyer_is_named_in_the_reasons_from_the_day_of_its_listing(watchlist: Watchlist) -> None:
    party = ListedParty("东屏第九研究所", "Example List", date(2023, 1, 1), "00 FR 0000")
    from dataclasses import replace

    listed = replace(watchlist, parties=(party,))
    text = (Text("body", "采购NVIDIA H100加速卡8张"),)
    for day, expected in ((date(2022, 12, 31), False), (date(2023, 1, 1), True)):
        (finding,) = detect(Subject("n", "tender", day, text, "东屏第九研究所"), listed)
        assert any("listed: Example List" in reason for reason in finding.reasons) is expected


def test_a_finding_says_which_term_context_row_and_rule_decided(watchlist: Watchlist) -> None:
    (finding,) = detect(
        Subject("n", "tender", date(2024, 3, 5), (Text("body", "GPU服务器2台，每台8张英伟达A100"),)), watchlist
    )
    said = " / ".join(finding.reasons)
    assert "A100" in said
    assert "vendor" in said
    assert "87 FR 62186" in said
    assert finding.watchlist_version == watchlist.version
