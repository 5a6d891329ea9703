"""Where a finding stands in a list is where the list has it."""

import random
from dataclasses import replace
from datetime import timedelta

from notices.finding import SEVERITIES
from storage import Store
from storage.findings import FindingFilter
from storage.order import Position
from tests.storage.test_desk_queries import H100, NOTICE, NOW


def test_a_findings_place_and_neighbours_are_those_of_the_list(store: Store) -> None:
    dice = random.Random(5)
    with store.begin() as unit:
        for number in range(40):
            published = dice.choice((None, NOW, NOW + timedelta(days=1), NOW + timedelta(days=dice.randrange(9))))
            read = replace(NOTICE, id=f"n{number}", published=published, kind=dice.choice(("award", "tender")))
            notice_id = unit.notices.save(read, NOW).notice_id
            found = [
                replace(H100, notice=read.id, item=item, severity=dice.choice(SEVERITIES[:2]))
                for item in ("one", "two")[: dice.randrange(3)]
            ]
            unit.findings.replace(notice_id, NOTICE.source, found, NOW)
    with store.read() as unit:
        everything = unit.findings.keys()
        assert len(everything) > 20
        for chosen in (
            FindingFilter(),
            FindingFilter(kind="award"),
            FindingFilter(words="算力"),
            FindingFilter(item="x"),
        ):
            keys = unit.findings.keys(chosen)
            expected = {
                key: Position(at + 1, len(keys), keys[at - 1] if at else None, keys[at + 1] if keys[at + 1 :] else None)
                for at, key in enumerate(keys)
            }
            outside = Position(0, len(keys), None, keys[0] if keys else None)
            for key in [*everything, "no such key"]:
                assert unit.findings.position(key, chosen) == expected.get(key, outside)
