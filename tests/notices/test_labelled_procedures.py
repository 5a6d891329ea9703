"""Notices of several portals, labelled by hand with their procurement, are joined as a person joins them."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime
from itertools import combinations
from pathlib import Path

from notices.dates import SHANGHAI
from notices.notice import Notice
from notices.party import Party
from notices.procedures import Traits, threads, traits_of

LEAST_F1 = 0.98
ROWS = [json.loads(line) for line in Path(__file__).with_name("procedures.jsonl").read_text("utf-8").splitlines()]


def traits() -> list[Traits]:
    return [traits_of(notice_of(number), number) for number in range(len(ROWS))]


def notice_of(number: int) -> Notice:
    row = ROWS[number]
    return Notice(
        source=row["source"],
        id=str(number),
        url=f"https://portal.invalid/{number}",
        title=row["title"],
        kind=row["kind"],
        published=datetime.fromisoformat(row["published"]).replace(tzinfo=SHANGHAI),
        parties=(Party(row["buyer"], "buyer"),) if row["buyer"] else (),
        project_code=row["project_code"],
    )


def pairs_of(groups: Iterable[Iterable[Hashable]]) -> set[frozenset[Hashable]]:
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


def labelled() -> set[frozenset[Hashable]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(ROWS):
        groups[row["procedure"]].append(number)
    return pairs_of(groups.values())


def test_pairs_of_notices_are_joined_as_a_person_joins_them() -> None:
    found = pairs_of([each.number for each in thread] for thread in threads(traits()))
    wanted = labelled()
    f1 = 2 * len(found & wanted) / (len(found) + len(wanted))
    wrong = [tuple(ROWS[number]["title"] for number in pair) for pair in found ^ wanted]
    assert len(ROWS) >= 120
    assert f1 >= LEAST_F1, wrong


def test_no_notice_is_dropped_and_none_is_in_two_procedures() -> None:
    numbers = sorted(each.number for thread in threads(traits()) for each in thread)
    assert numbers == list(range(len(ROWS)))


def test_a_tender_that_is_repeated_stays_apart_from_the_first() -> None:
    thread_of = {each.number: index for index, thread in enumerate(threads(traits())) for each in thread}
    for first, second in (("b1", "b2"), ("j1", "j2"), ("o1", "o2"), ("o2", "o3")):
        of_first = {thread_of[n] for n, row in enumerate(ROWS) if row["procedure"] == first}
        of_second = {thread_of[n] for n, row in enumerate(ROWS) if row["procedure"] == second}
        assert not of_first & of_second, (first, second)
