"""The page on alerts says what the code does."""

import re
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from alerts.channels.settings import parse_channels
from alerts.routes import CATEGORIES, CONTROL_STATUSES, Conditions, parse_routes
from alerts.send import GAPS
from notices.codelists import NOTICE_KINDS
from notices.finding import RELATIONS, SEVERITIES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "alerts.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_accepted() -> None:
    example = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    config = tomllib.loads("\n".join(example))

    assert [route.name for route in parse_routes(config)] == ["restricted chips", "everything else"]
    assert list(parse_channels(config)) == ["desk-mail", "case-system"]


def test_every_condition_and_every_value_stands_on_the_page() -> None:
    table = PAGE.partition("| condition | value |")[2].partition("## E-mail")[0]
    named = set(re.findall(r"`([a-z_]+)`", table))

    assert {field.name for field in fields(Conditions)} <= named
    assert {*CATEGORIES, *CONTROL_STATUSES, *RELATIONS, *SEVERITIES, *NOTICE_KINDS.codes} <= named


def test_the_gaps_of_the_page_are_those_of_the_code() -> None:
    assert "1 and 5 minutes, half an hour, 2, 6, 12 and 25 hours" in PAGE
    assert (
        *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
        *(timedelta(hours=hours) for hours in (2, 6, 12, 25)),
    ) == GAPS
