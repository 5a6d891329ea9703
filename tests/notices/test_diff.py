"""Two readings of one notice are compared field by field and line by line."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from notices.diff import MOST_LINES, Diff, FieldChange, LineChange, diff, line_changes
from notices.money import Money
from notices.notice import Item, Notice
from notices.party import Party

BEFORE = Notice(
    "a",
    "1",
    "https://a.invalid/1",
    "图形服务器中标公告",
    "award",
    datetime(2026, 5, 1, tzinfo=UTC),
    "甲\n乙\n丙",
    parties=(Party("东屏理工大学", "buyer"), Party("南汀数科", "supplier")),
    items=(Item("服务器", model="H100", quantity=Decimal(2), unit="台"), Item("机柜")),
)


def test_what_is_the_same_has_no_diff() -> None:
    assert diff(BEFORE, BEFORE) == Diff()
    assert not diff(BEFORE, replace(BEFORE))


def test_each_changed_field_is_told_with_both_values() -> None:
    after = replace(
        BEFORE,
        award=Money(Decimal("2598000.00")),
        parties=(Party("东屏理工大学", "buyer"), Party("北泽恒远", "supplier")),
        items=(Item("服务器", model="H20", quantity=Decimal(2), unit="台"), Item("机柜")),
        text="甲\n丁\n丙",
    )
    changes = diff(BEFORE, after)
    assert changes.fields == (
        FieldChange("award", None, "2,598,000.00 CNY"),
        FieldChange("suppliers", "南汀数科", None),
        FieldChange("suppliers", None, "北泽恒远"),
        FieldChange("items", "服务器 | H100 | 2台", None),
        FieldChange("items", None, "服务器 | H20 | 2台"),
    )
    assert changes.lines == (LineChange("-", 2, "乙"), LineChange("+", 2, "丁"))


def test_lines_are_numbered_in_the_text_that_has_them() -> None:
    assert list(line_changes("a\nb\nc", "a\nx\ny\nc\nd")) == [
        LineChange("-", 2, "b"),
        LineChange("+", 2, "x"),
        LineChange("+", 3, "y"),
        LineChange("+", 5, "d"),
    ]
    assert list(line_changes("", "")) == []


def test_very_long_texts_are_compared_as_heaps_of_lines() -> None:
    lines = [f"行{number}" for number in range(3 * MOST_LINES)]
    changed = ["新", *reversed(lines[1:]), "末"]
    assert list(line_changes("\n".join(lines), "\n".join(changed))) == [
        LineChange("-", 1, "行0"),
        LineChange("+", 1, "新"),
        LineChange("+", len(changed), "末"),
    ]
