"""The desk's words: numbers in their plural, spans and regions in the reader's language, nothing of others as HTML."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from markupsafe import Markup

from monitor.review.words import FILES, Words, moment
from storage.health import Condition, Receiver
from tests.review.conftest import Desk, visible

EN, ZH = Words("en"), Words("zh")
AT = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("count", "said"), [(1, "1 entry"), ("1", "1 entry"), (0, "0 entries"), (12, "12 entries")])
def test_one_is_told_in_the_singular(count: int | str, said: str) -> None:
    assert EN("audit_total", count=count) == said


def test_every_singular_belongs_to_a_plural_and_names_nothing_that_the_plural_is_not_given() -> None:
    ui: dict[str, list[str]] = {}
    for name in FILES:
        ui |= tomllib.loads(files("monitor.review").joinpath(name).read_text(encoding="utf-8")).get("ui", {})
    counted = {key for key, (english, _) in ui.items() if "{count}" in english and not key.endswith("_many")}
    singular = {key for key in counted if f"{key}_one" in ui}
    assert len(singular) > 20
    for key in singular:
        for plural, single in zip(ui[key], ui[f"{key}_one"], strict=True):
            given = {
                name: f"<{name}>" for name in ("count", "first", "last", "most", "number", "total", "label", "day")
            }
            given |= {name: f"<{name}>" for name in ("status", "verdict", "share", "unread")}
            plural.format(**given)
            single.format(**given)


def test_a_moment_within_a_sentence_is_one_and_what_others_wrote_beside_it_is_escaped() -> None:
    said = EN("receiver_since", since=moment(AT), failures="<b>6</b>")
    assert isinstance(said, Markup)
    assert said.startswith('failing since <time datetime="2026-03-04T09:30:00+08:00">2026-03-04 09:30</time>')
    assert "&lt;b&gt;6&lt;/b&gt;" in said
    assert not isinstance(EN("audit_total", count="<b>"), Markup)


def test_no_page_shows_the_marks_of_a_moment_as_text(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.health.set_receiver(Receiver("hook", "https://hooks.invalid", 6, AT, error="<i>503</i>"))
        unit.health.set_condition(Condition("expected x", "x gave <u>nothing</u>", AT, AT, None))
    page = desk.get("/overview")
    assert "&lt;time" not in page
    assert "failing since 2026-03-04 09:30, 6 tries" in visible(page)
    assert "&lt;i&gt;503&lt;/i&gt;" in page
    assert "&lt;u&gt;nothing&lt;/u&gt;" in page


@pytest.mark.parametrize(
    ("took", "english", "chinese"),
    [
        (timedelta(seconds=200), "3 min 20 s", "3 分 20 秒"),
        (timedelta(days=2, hours=5, minutes=1), "2 d 5 h", "2 天 5 小时"),
        (timedelta(seconds=-1), "0 s", "0 秒"),
    ],
)
def test_a_span_of_time_is_told_in_the_readers_language(took: timedelta, english: str, chinese: str) -> None:
    assert (EN.duration(took), ZH.duration(took)) == (english, chinese)


def test_a_province_is_named_in_the_readers_language_first() -> None:
    assert EN.region("310000") == "Shanghai · 上海"
    assert ZH.region("上海市") == "上海 · Shanghai"
    assert ZH.region("某地") == "某地"


def test_the_audit_log_tells_its_details_in_the_readers_language(desk: Desk) -> None:
    english, chinese = visible(desk.get("/audit")), visible(desk.get("/audit?lang=zh"))
    assert "now Rejected note 授权数量与标的不符。" in english
    assert "现 已排除 备注 授权数量与标的不符。" in chinese


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("Beijing · 北京", 'Beijing · <span lang="zh-Hans">北京</span>', "Beijing · 北京"),
        ("<b>甲</b>", '&lt;b&gt;<span lang="zh-Hans">甲</span>&lt;/b&gt;', "&lt;b&gt;甲&lt;/b&gt;"),
        ("《办法》（试行）A100", '<span lang="zh-Hans">《办法》（试行）</span>A100', "《办法》（试行）A100"),
        ("the list page has changed", "the list page has changed", '<span lang="en">the list page has changed</span>'),
        ("NVIDIA H100", "NVIDIA H100", "NVIDIA H100"),
    ],
)
def test_words_of_the_other_language_are_marked_as_such(text: str, english: str, chinese: str) -> None:
    assert EN.spoken(text) == Markup(english)
    assert ZH.spoken(text) == Markup(chinese)
