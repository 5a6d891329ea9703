"""Every written form of a date is read, in the sites' zone; what is no date is none."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.dates import SHANGHAI, find_moment, read_day, read_moment
from notices.errors import UnreadableValueError


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-06-24", "2026-06-24T00:00:00"),
        ("2026-05-29 06:51:04", "2026-05-29T06:51:04"),
        ("2025年06月13日 18时00分", "2025-06-13T18:00:00"),
        ("2026年03月16日12时00分", "2026-03-16T12:00:00"),
        ("2026年04月07日 10时00分00秒", "2026-04-07T10:00:00"),
        ("2026年04月07日10时00分09秒", "2026-04-07T10:00:09"),
        ("2023-3-7 18:00", "2023-03-07T18:00:00"),
        ("2026/03/16", "2026-03-16T00:00:00"),
        ("2026.04.07", "2026-04-07T00:00:00"),
        ("2023年07月18日09:00", "2023-07-18T09:00:00"),
        ("2023年5月30日9时00分（北京时间）", "2023-05-30T09:00:00"),
        ("2023-05-0810:30:00", "2023-05-08T10:30:00"),
        ("2023-3-718:00", "2023-03-07T18:00:00"),
        ("2017 年10 月1 日", "2017-10-01T00:00:00"),
        ("2026年04月07日09点00分\n（北京时间）", "2026-04-07T09:00:00"),
        ("2026\n年\n03\n月\n16\n日", "2026-03-16T00:00:00"),
        ("2026年04月07日  01:00", "2026-04-07T01:00:00"),
        ("[2026-05-29]", "2026-05-29T00:00:00"),
        ("发布时间：2026-04-07 10:30:15.0", "2026-04-07T10:30:15"),
        ("2025年6月3日上午9：00", "2025-06-03T09:00:00"),
        ("2026年4月7日（星期二）下午2点半", "2026-04-07T14:30:00"),
        ("2023年12月31日24:00", "2024-01-01T00:00:00"),
        ("2023年12月31日23时59分", "2023-12-31T23:59:00"),
        ("2026年04月07日 至 2026年04月09日,每天上午9:00-11:30", "2026-04-07T00:00:00"),
        ("二〇二六年四月七日", "2026-04-07T00:00:00"),
        ("二○二六年十二月三十一日", "2026-12-31T00:00:00"),
        ("20260407", "2026-04-07T00:00:00"),
        ("2026-04-07T09:00:00+08:00", "2026-04-07T09:00:00"),
        ("2026-04-07T01:00:00Z", "2026-04-07T09:00:00"),
        ("2026-02-30 2026-03-01", "2026-03-01T00:00:00"),
    ],
)
def test_a_date_is_read_in_the_zone_of_the_sites(written: str, iso: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(iso).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "written",
    ["", "合同签订后 45 个日历天", "2026年4月", "SDGP370114000202602000014", "2026-13-01", "2026-06-241", "详见公告"],
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert find_moment(written) is None
    with pytest.raises(UnreadableValueError, match="no date"):
        read_moment(written)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001
def test_every_moment_written_in_full_is_read_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=SHANGHAI)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d%H:%M:%S"):
        assert find_moment(moment.strftime(form)) == moment


def test_a_day_given_by_a_person_has_one_form() -> None:
    assert read_day("2026-01-31") == date(2026, 1, 31)
    for wrong in ("2026-1-31", "20260131", "2026-02-30", "gestern", "2026-W05-1"):
        with pytest.raises(UnreadableValueError, match="YYYY-MM-DD"):
            read_day(wrong)


def test_the_zone_is_eight_hours_east() -> None:
    assert SHANGHAI.utcoffset(None) == timedelta(hours=8)
