from datetime import date
from pathlib import Path

import pytest
from labelled_cases import Row, read_rows

from monitor.detection import Subject, detect
from monitor.watchlist import Watchlist
from notices.document import Text

WORDINGS = read_rows(Path(__file__).parent / "wordings.jsonl")


@pytest.mark.parametrize("row", WORDINGS, ids=range(len(WORDINGS)))
def test_a_wording_gives_exactly_these_findings(row: Row, watchlist: Watchlist) -> None:
    texts = (Text("title", row["title"]), Text("body", row["text"]))
    found = []
    for each in detect(Subject("n", "tender", date(2025, 9, 1), texts), watchlist):
        value, systems = (each.quantity.value, each.quantity.systems) if each.quantity else (None, None)
        found.append(
            f"{each.item}|{each.relation}|{'' if value is None else value}|{'' if systems is None else systems}"
        )
    assert sorted(found) == row["findings"]
