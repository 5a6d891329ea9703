"""How routes tell: digests in a time zone, groups, twins, silences, samples, and what `alerts check` says of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as reading
from pathlib import Path

import pytest

from alerts.channels.email import compose
from alerts.channels.parts import parts_of
from alerts.channels.settings import EmailChannel, parse_channels
from alerts.check import EVERYTHING, NEVER, NOBODY, Known, remarks_on, volumes
from alerts.deliveries import deliveries_of
from alerts.gathering import (
    digest_alert,
    followed_by,
    gathering_of,
    group_alert,
    muted_twins,
    of_first_notice,
    silence_of,
)
from alerts.message import email_content, webhook_body
from alerts.routes import Conditions, Route, parse_routes, takes
from alerts.sample import KINDS, sample_alert
from alerts.schedule import cron_fault, last_time, next_time
from alerts.telling import Telling
from notices.errors import ConfigurationError
from notices.finding import FindingReport
from notices.notice import Notice
from notices.party import Party
from notices.watch import Silence, Watch

Make = Callable[..., FindingReport]
NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
KNOWN = Known({"nvidia-h100": "gpu", "aws": "us_cloud", "nvidia-t4": "gpu"}, ("nvidia-h100", "aws"), ("ccgp-local",))


def test_a_digest_keeps_its_hour_when_the_clocks_change() -> None:
    friday = next_time("0 8 * * 1-5", "Europe/Berlin", datetime(2026, 3, 26, 12, tzinfo=UTC))
    monday = next_time("0 8 * * 1-5", "Europe/Berlin", NOW)
    assert (friday, monday) == (datetime(2026, 3, 27, 7, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC))


@pytest.mark.parametrize(("field", "day"), [("0", 29), ("7", 29), ("sun", 29), ("5-1", 28), ("1", 30), ("*/6", 28)])
def test_days_of_the_week_are_those_of_crontab(field: str, day: int) -> None:
    assert next_time(f"0 8 * * {field}", "UTC", NOW) == datetime(2026, 3, day, 8, tzinfo=UTC)


def test_missed_digests_become_one() -> None:
    assert last_time("0 8 * * *", "UTC", NOW - timedelta(days=400), NOW) == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert last_time("0 8 1 1 *", "UTC", NOW - timedelta(days=200), NOW) == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert last_time("0 8 * * *", "UTC", datetime(2026, 3, 27, 8, tzinfo=UTC), NOW) is None


@pytest.mark.parametrize(
    ("line", "zone", "fault"),
    [
        ("0 8 * *", "UTC", "five fields"),
        ("0 8 31 2 *", "UTC", "never fires"),
        ("99 8 * * *", "UTC", "cannot be read"),
        ("0 8 * * 9", "UTC", "no day of the week"),
        ("0 8 1 * 1", "UTC", "not both"),
        ("0 8 * * *", "Mars/Olympus", "IANA"),
    ],
)
def test_a_cron_line_that_cannot_be_used_says_why(line: str, zone: str, fault: str) -> None:
    assert fault in (cron_fault(line, zone) or "")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"digest": "often"}, "five fields"),
        ({"digest": "0 8 * * *", "time_zone": "Nowhere"}, "IANA"),
        ({"heartbeat": True}, "heartbeat"),
        ({"digest": "0 8 * * *", "wait_minutes": 5}, "wait_minutes"),
        ({"group_by": "moon"}, "one of procedure, buyer, item"),
        ({"notices": "last"}, "one of each, first"),
        ({"repeat_hours": 0}, "repeat_hours"),
    ],
)
def test_a_wrong_way_of_telling_is_named(keys: dict[str, object], sentence: str) -> None:
    mail = {"name": "m", "kind": "email", "host": "h", "from": "a@example.org", "to": ["b@example.org"]}
    with pytest.raises(ConfigurationError, match=sentence):
        parse_routes({"channel": [mail], "route": [{"name": "r", "to": ["m"], **keys}]})


def test_findings_are_grouped_by_procedure_buyer_or_item(report: Make) -> None:
    one, other = report(key="k1", buyer="ＡＢＣ 大学"), report(key="k2", buyer="abc大学", procedure="p2")
    groups = {by: {gathering_of(Route("r", ("c",), telling=Telling(group_by=by)), each) for each in (one, other)}
              for by in ("procedure", "buyer", "item")}  # fmt: skip
    assert {by: len(found) for by, found in groups.items()} == {"procedure": 2, "buyer": 1, "item": 1}
    route = Route("r", ("c",), telling=Telling(group_by="buyer"))
    alert = group_alert(route, [one, other], NOW)
    assert (alert.about, len(alert.reports)) == ("ＡＢＣ 大学", 2)
    assert alert.id == group_alert(route, [other, one], NOW + timedelta(days=1)).id


def test_a_critical_finding_mutes_the_low_ones_of_its_kind_in_its_procedure(report: Make) -> None:
    critical, twin = report(key="k1"), report(key="k2", severity="low", category="gpu_server")
    cloud = report(key="k3", severity="low", category="us_cloud")
    elsewhere, high = report(key="k4", severity="low", procedure="p2"), report(key="k5", severity="high")
    assert muted_twins([critical, twin, cloud, elsewhere, high]) == {"k2"}
    assert muted_twins([twin], told=[critical]) == {"k2"}
    assert muted_twins([twin, high]) == set()


def test_only_the_first_notice_of_a_procedure(report: Make) -> None:
    tender, award = report(key="k1", notice="t", published="2024-01-01"), report(key="k2", notice="a")
    assert of_first_notice([award, tender], {}) == {"k1"}
    assert of_first_notice([award, tender], {"p1": "a"}) == {"k2"}


def test_a_silence_needs_all_that_it_names(report: Make) -> None:
    silence = Silence("known", "analyst", NOW, NOW, buyer="理工", item="nvidia-h100")
    assert silence_of("r", report(), [silence]) == silence
    assert silence_of("r", report(item="nvidia-h20"), [silence]) is None
    assert silence_of("r", report(buyer=None), [silence]) is None
    assert silence_of("r", report(), [Silence("x", "a", NOW, NOW, route="other")]) is None
    assert silence_of("r", report(), [Silence("x", "a", NOW, NOW, supplier="云算")]) is not None


@pytest.mark.parametrize(
    ("watch", "kind", "follows"),
    [
        (("buyer", "东屏"), "award", True),
        (("buyer", "东屏"), "tender", False),
        (("supplier", "岭川"), "contract", True),
        (("supplier", "东屏"), "contract", False),
        (("procedure", "0" * 16), "termination", False),
    ],
)
def test_what_is_followed_is_awards_contracts_corrections_terminations(
    watch: tuple[str, str], kind: str, follows: bool
) -> None:
    parties = (Party("东屏理工大学", "buyer"), Party("岭川云算公司", "supplier"))
    notice = Notice("s", "1", "", "大米采购", kind, NOW, parties=parties)
    assert bool(followed_by(notice, [Watch(*watch, "why", NOW)])) is follows
    assert followed_by(notice, [Watch("procedure", notice.procedure, "", NOW)]) or kind == "tender"


def test_a_label_is_matched_by_a_part_or_any(report: Make) -> None:
    listed = report(labels=("buyer 东屏理工大学: Entity List since 2020-05-22 (85 FR 34495)",))
    for value in ("entity list", "*"):
        route = Route("r", ("c",), match=Conditions(label=(value,)))
        assert (takes(route, listed), takes(route, report())) == (True, False)


def test_a_digest_has_counts_a_table_and_marks_what_was_found_later(report: Make) -> None:
    reports = [report(key=f"k{number}", procedure=f"p{number}", severity="high") for number in range(3)]
    route = Route("weekly <b>", ("c",))
    alert = digest_alert(route, reports, (), NOW, since=NOW - timedelta(days=7), retroactive={"k1"}, muted=2)
    content = email_content(alert, "https://desk.example.org")
    assert content.subject == "Digest of weekly <b>: 3 findings in 1 notice: 3 high"
    assert content.text.count("(found later)") == content.html.count(">found later<") == 1
    assert "2 low findings beside a critical one" in content.text
    assert "Since 2026-03-20 12:00 UTC" in content.text
    assert content.html.count("/findings/k") == 3
    assert "weekly &lt;b&gt;" in content.html
    assert "<b>" not in content.html
    assert b'"retroactive":["k1"]' in webhook_body(alert)


def test_an_empty_digest_says_that_nothing_was_found() -> None:
    alert = digest_alert(Route("daily", ("c",)), (), (), NOW, since=NOW - timedelta(days=1))
    content = email_content(alert, "https://desk.example.org")
    assert content.subject == "Digest of daily: nothing found"
    assert "Nothing new for this route" in content.html
    assert alert.id != digest_alert(Route("daily", ("c",)), (), (), NOW + timedelta(days=1), since=NOW).id


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_says_in_subject_text_html_and_json_that_it_is_one(kind: str) -> None:
    route, channel = Route("r", ("m",)), EmailChannel("m", "h", 25, "none", "a@example.org", ("b@example.org",))
    alert = sample_alert(route, kind, NOW)
    message = message_from_bytes(
        compose(deliveries_of(alert, route, {"m": channel})[0], alert, channel), policy=reading
    )
    text, html = (part.get_content() for part in message.iter_parts())
    assert message["Subject"].startswith("[SAMPLE] ")
    assert "This is a sample" in text
    assert "This is a sample" in html
    assert b'"sample":true' in webhook_body(alert)


def test_templates_of_ones_own_replace_ours_and_a_broken_one_is_named(tmp_path: Path, report: Make) -> None:
    (tmp_path / "alert.txt").write_text("Ours: {{ findings[0].label }}", encoding="utf-8")
    alert = group_alert(Route("r", ("c",)), [report()], NOW)
    content = email_content(alert, "https://desk.example.org", str(tmp_path))
    assert content.text == "Ours: NVIDIA H100"
    assert "<table" in content.html
    (tmp_path / "digest.txt").write_text("{{ nonsense }}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="template digest"):
        email_content(sample_alert(Route("r", ("c",)), "digest", NOW), "https://d.example", str(tmp_path))
    with pytest.raises(ConfigurationError, match="templates"):
        parse_channels({"alerts": {"templates": str(tmp_path / "none")}})


@pytest.mark.parametrize(
    ("match", "exclude", "why"),
    [
        ({"item": ("nvidia-x*",)}, {}, "no watched item is called nvidia-x*"),
        ({"item": ("nvidia-h100",), "category": ("us_cloud",)}, {}, "of a category"),
        ({"item": ("nvidia-t4",)}, {}, "never flagged"),
        ({"severity": ("low",), "severity_at_least": "high"}, {}, "no severity is left"),
        ({"relation": ("existing",)}, {}, "no relation is left"),
        ({"stage": ("award",)}, {"stage": ("award", "tender")}, "no stage is left"),
        ({"source": ("zcy-*",)}, {}, "no source is called zcy-*"),
        ({"buyer": ("东屏理工大学",)}, {"buyer": ("东屏",)}, "every buyer that it takes is excluded"),
    ],
)
def test_a_route_that_can_never_match_is_found(match: dict, exclude: dict, why: str) -> None:
    route = Route("r", ("c",), match=Conditions(**match), exclude=Conditions(**exclude))
    rest = Route("rest", ("c",), catch_all=True)
    assert [(one.what, why in one.sentence) for one in remarks_on([route, rest], KNOWN)] == [(NEVER, True)]


def test_routes_that_take_everything_or_leave_nothing_are_found() -> None:
    wide, rest = Route("wide", ("c",)), Route("rest", ("c",), catch_all=True)
    fine = Route("fine", ("c",), match=Conditions(item=("nvidia-h*",)))
    assert [one.what for one in remarks_on([fine, rest], KNOWN)] == []
    assert [(one.route, one.what) for one in remarks_on([wide, rest], KNOWN)] == [("wide", EVERYTHING), ("rest", NEVER)]
    assert [one.what for one in remarks_on([fine], KNOWN)] == [NOBODY]


def test_what_a_time_would_have_sent_leaves_twins_out(report: Make) -> None:
    reports = [report(key="k1"), report(key="k2", severity="low"), report(key="k3", procedure="p2", notice="n2")]
    (volume,) = volumes([Route("r", ("c",))], reports)
    assert (volume.findings, volume.notices, volume.alerts) == (2, 2, 2)


def test_a_long_text_is_cut_between_findings_and_nothing_is_lost() -> None:
    text = "head\n" + "".join(f"{'-' * 64}\nfinding {number} {'字' * 150}\n" for number in range(20))
    parts = parts_of(text, 500)
    assert max(map(len, parts)) <= 500
    assert len(parts) > 5
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part.startswith(("head", "-" * 64)) for part in parts)
    assert parts_of("x" * 250, 100) == ["x" * 100, "x" * 100, "x" * 50]
