"""Hours in which a host is not asked: when they end, over midnight too, and what is no window."""

from datetime import datetime

import pytest

from notices.dates import SHANGHAI
from notices.errors import ConfigurationError
from notices.quiet import read_quiet_hosts, read_quiet_hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("windows", "moment", "until"),
    [
        (["08:30-11:30"], "20T08:29", None),
        (["08:30-11:30"], "20T08:30", "20T11:30"),
        (["08:30-11:30"], "20T11:30", None),
        (["22:00-06:00"], "20T23:00", "21T06:00"),
        (["22:00-06:00"], "21T05:59", "21T06:00"),
        (["22:00-06:00"], "21T06:00", None),
        (["08:00-12:00", "12:00-14:00"], "20T09:00", "20T14:00"),
        (["18:00-24:00", "00:00-07:00"], "20T19:00", "21T07:00"),
        ([], "20T09:00", None),
    ],
)
def test_quiet_hours_end_when_their_windows_do(windows: list[str], moment: str, until: str | None) -> None:
    assert read_quiet_hours(windows).until(at(moment)) == (at(until) if until else None)


def test_a_day_that_is_quiet_throughout_ends_nowhere_near() -> None:
    until = read_quiet_hours(["00:00-24:00"]).until(at("20T09:00"))
    assert until
    assert until >= at("21T09:00")


def test_the_hours_of_a_domain_hold_for_its_hosts_and_those_of_a_host_besides() -> None:
    hosts = read_quiet_hosts({"a.example": ["08:00-09:00"], "www.A.example": ["09:00-10:00"]})
    assert hosts.of("WWW.a.example").until(at("20T08:30")) == at("20T10:00")
    assert hosts.of("a.example").until(at("20T08:30")) == at("20T09:00")
    assert hosts.of("nota.example").until(at("20T08:30")) is None


@pytest.mark.parametrize(
    "written",
    [
        {"a.example": ["8-9"]},
        {"a.example": ["08:00-08:00"]},
        {"a.example": "08:00-09:00"},
        {"a/b": []},
        {"a.example": ["08:00-24:30"]},
    ],
)
def test_what_is_no_window_is_named(written: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigurationError, match="quiet hours"):
        read_quiet_hosts(written)
