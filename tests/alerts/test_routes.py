"""Which findings are news for whom."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from alerts.channels.settings import parse_channels
from alerts.deliveries import deliveries_of
from alerts.routes import Conditions, Route, alert_of, parse_routes, route_reports, takes
from notices.errors import ConfigurationError
from notices.finding import FindingReport

Make = Callable[..., FindingReport]


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ({"category": ("us_cloud",)}, {"category": "us_cloud"}),
        ({"item": ("nvidia-b*",)}, {"item": "nvidia-b200"}),
        ({"item": ("nvidia-h20",)}, {"candidates": ("nvidia-h200", "nvidia-h20")}),
        ({"severity": ("low", "info")}, {"severity": "info"}),
        ({"relation": ("rents",)}, {"relation": "rents"}),
        ({"control": ("service", "licensable")}, {"status": "licensable"}),
        ({"buyer": ("南汀 大学",)}, {"buyer": "南汀大学附属医院"}),
        ({"buyer": ("abc",)}, {"buyer": "ＡＢＣ研究所"}),
        ({"supplier": ("昆山云",)}, {"suppliers": ("甲乙公司", "岭川昆山云科技有限公司")}),
        ({"region": ("110000",)}, {"region": "北京市海淀区"}),
        ({"region": ("110000",)}, {"region": "110108"}),
        ({"source": ("zcy-*",)}, {"source": "zcy-zhejiang"}),
        ({"stage": ("contract",)}, {"kind": "contract"}),
        ({"min_amount_cny": 2805001.0}, {"amount_cny": 2805001.0}),
    ],
)
def test_a_condition_takes_what_meets_it_and_nothing_else(report: Make, wanted: dict, changes: dict) -> None:
    match = Route("r", ("c",), match=Conditions(**wanted))

    assert takes(match, report(**changes))
    assert not takes(match, report())


@pytest.mark.parametrize(
    ("excluded", "changes"),
    [
        ({"category": ("us_cloud",)}, {"category": "us_cloud"}),
        ({"item": ("*-b200",)}, {"item": "nvidia-b200"}),
        ({"severity": ("info",)}, {"severity": "info"}),
        ({"relation": ("rents",)}, {"relation": "rents"}),
        ({"control": ("service",)}, {"status": "service"}),
        ({"buyer": ("附属医院",)}, {"buyer": "南汀大学附属医院"}),
        ({"supplier": ("昆山云",)}, {"suppliers": ("岭川昆山云科技有限公司",)}),
        ({"region": ("110000",)}, {"region": "北京"}),
        ({"source": ("zcy-*",)}, {"source": "zcy-zhejiang"}),
        ({"stage": ("contract",)}, {"kind": "contract"}),
    ],
)
def test_an_exclusion_keeps_out_what_meets_it_and_nothing_else(report: Make, excluded: dict, changes: dict) -> None:
    route = Route("r", ("c",), exclude=Conditions(**excluded))

    assert not takes(route, report(**changes))
    assert takes(route, report())


def test_an_excluded_item_does_not_hide_a_finding_that_only_has_it_among_its_candidates(report: Make) -> None:
    route = Route("r", ("c",), exclude=Conditions(item=("nvidia-rtx-4090",)))

    assert takes(route, report(item="spec-implied-gpu", candidates=("nvidia-rtx-4090", "nvidia-h100")))


@pytest.mark.parametrize(
    ("severity", "taken"), [("critical", True), ("high", True), ("medium", False), ("info", False)]
)
def test_severity_at_least_takes_that_severity_and_the_worse_ones(report: Make, severity: str, taken: bool) -> None:
    route = Route("r", ("c",), match=Conditions(severity_at_least="high"))

    assert takes(route, report(severity=severity)) is taken


def test_all_conditions_of_a_route_must_hold(report: Make) -> None:
    route = Route("r", ("c",), match=Conditions(category=("gpu",), stage=("tender", "award"), min_amount_cny=1e6))

    assert takes(route, report())
    assert not takes(route, report(kind="contract"))
    assert not takes(route, report(amount_cny=None)), "an amount that is not stated is not guessed"


def test_only_flagged_findings_are_news_unless_the_route_says_otherwise(report: Make) -> None:
    domestic = report(flagged=False, category="domestic")

    assert not takes(Route("r", ("c",)), domestic)
    assert takes(Route("r", ("c",), flagged_only=False), domestic)


def test_a_finding_that_an_analyst_rejected_is_no_news(report: Make) -> None:
    assert not takes(Route("r", ("c",)), report(verdict="rejected"))
    assert takes(Route("r", ("c",)), report(verdict="confirmed"))


def test_findings_are_grouped_by_procedure_the_most_severe_first(report: Make) -> None:
    reports = [
        report(key="k1", procedure="p1", severity="low"),
        report(key="k2", procedure="p2"),
        report(key="k3", procedure="p1", severity="critical"),
        report(key="k3", procedure="p1", severity="critical"),
    ]

    routed = route_reports(reports, [Route("r", ("c",))])

    assert [[one.key for one in group.reports] for group in routed] == [["k3", "k1"], ["k2"]]


def test_every_matching_route_is_told_and_the_catch_all_gets_only_the_rest(report: Make) -> None:
    chips = Route("chips", ("c",), match=Conditions(category=("gpu",)))
    awards = Route("awards", ("c",), match=Conditions(stage=("award",)))
    rest = Route("rest", ("c",), catch_all=True)
    reports = [report(key="chip-award"), report(key="cloud-tender", category="us_cloud", kind="tender", procedure="p2")]

    told = [(one.route.name, one.reports[0].key) for one in route_reports(reports, [chips, awards, rest])]

    assert told == [("chips", "chip-award"), ("awards", "chip-award"), ("rest", "cloud-tender")]


def test_what_a_route_was_told_is_not_news_to_it_again(report: Make) -> None:
    routes = [Route("chips", ("c",), match=Conditions(category=("gpu",))), Route("rest", ("c",), catch_all=True)]

    assert route_reports([report(key="k1")], routes, told={("chips", "k1")}) == []


def test_an_alerts_id_depends_on_the_route_and_the_findings_only(report: Make, now: datetime) -> None:
    one, two, route = report(key="k1"), report(key="k2"), Route("r", ("c",))
    alert = alert_of(route, [one, two], now)

    assert alert.id == alert_of(route, [two, one, one], now + timedelta(days=3)).id
    assert alert.id != alert_of(Route("other", ("c",)), [one, two], now).id
    assert alert.id != alert_of(route, [one], now).id
    assert (alert.route, alert.procedure, alert.created_at) == ("r", "p1", now)


def test_an_alert_is_about_one_procedure(report: Make, now: datetime) -> None:
    with pytest.raises(ValueError, match="are of 2"):
        alert_of(Route("r", ("c",)), [report(key="k1"), report(key="k2", procedure="p2")], now)
    with pytest.raises(ValueError, match="are of 0"):
        alert_of(Route("r", ("c",)), [], now)


CHANNELS = """
[alerts]
desk_url = "https://desk.example.org/"

[[channel]]
name = "mail"
kind = "email"
host = "smtp.example.org"
from = "watch@example.org"
to = ["a@example.org", "b@example.org"]
username = "watch"
password_env = "TENDERWATCH_SMTP_PASSWORD"

[[channel]]
name = "siem"
kind = "webhook"
url = "https://siem.example.org:8443/hook/s3cret?token=t0ken"
secret_env = "TENDERWATCH_SIEM_SECRET"
allow_private = ["siem.example.org"]
"""

ROUTES = """
[[route]]
name = "critical chips"
to = ["mail", "siem"]
[route.match]
category = ["gpu", "gpu_server"]
severity_at_least = "high"
region = ["Beijing", "广东", "310000"]
min_amount_cny = 500_000
[route.exclude]
buyer = ["东屏理工大学"]

[[route]]
name = "rest"
to = "mail"
catch_all = true
flagged_only = false
"""


def test_routes_and_channels_are_read_from_the_configuration() -> None:
    config = tomllib.loads(CHANNELS + ROUTES)

    critical, rest = parse_routes(config)
    channels = parse_channels(config)

    assert critical.match == Conditions(
        category=("gpu", "gpu_server"),
        severity_at_least="high",
        region=("110000", "440000", "310000"),
        min_amount_cny=500_000,
    )
    assert (critical.targets, critical.exclude.buyer) == (("mail", "siem"), ("东屏理工大学",))
    assert (rest.targets, rest.catch_all, rest.flagged_only) == (("mail",), True, False)
    mail = channels["mail"]
    assert (mail.port, mail.security, mail.desk_url) == (587, "starttls", "https://desk.example.org")
    assert channels["siem"].secrets == ("TENDERWATCH_SIEM_SECRET",)


def test_an_empty_configuration_has_no_routes() -> None:
    assert parse_routes({}) == ()
    assert parse_channels({}) == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[route]]\nto=['mail']", "[[route]] 1: name is missing; expected a short name"),
        ("[[route]]\nname='r'", '[[route]] 1 "r": to is missing; expected a list of channels\' names'),
        ("[[route]]\nname='r'\nto=['post']", "to names the channel 'post'; the channels are: mail, siem"),
        ("[[route]]\nname='r'\nto=[3]", "to [3] is not valid; expected a list of channels' names"),
        ("[[route]]\nname='r'\nto=['mail']\ncatchall=true", "catchall is not a known key; did you mean catch_all?"),
        (
            "[[route]]\nname='r'\nto=['mail']\nflagged_only='no'",
            "flagged_only 'no' is not valid; expected true or false",
        ),
        (
            "[[route]]\nname='r'\nto=['mail']\nmatch={severity_at_least='hgh'}",
            "match: severity_at_least 'hgh' is not valid; expected one of critical, high, medium, low, info",
        ),
        (
            "[[route]]\nname='r'\nto=['mail']\nmatch={category='gpus'}",
            "match: category 'gpus' is not valid; expected a list",
        ),
        ("[[route]]\nname='r'\nto=['mail']\nmatch={region='Atlantis'}", "match: region 'Atlantis' is not valid"),
        (
            "[[route]]\nname='r'\nto=['mail']\nmatch={stage=[]}",
            "match: stage [] is not valid; expected a list of intention",
        ),
        (
            "[[route]]\nname='r'\nto=['mail']\nmatch={min_amount_cny='1m'}",
            "min_amount_cny '1m' is not valid; expected a number",
        ),
        ("[[route]]\nname='r'\nto=['mail']\nmatch={min_amount_cny=true}", "min_amount_cny True is not valid"),
        ("[[route]]\nname='r'\nto=['mail']\nmatch='all'", "match 'all' is not valid; expected a table"),
        (
            "[[route]]\nname='r'\nto=['mail']\nexclude={severity_at_least='low'}",
            "exclude: severity_at_least is not a known key; did you mean severity?",
        ),
        (
            "[[route]]\nname='r'\nto=['mail']\n[[route]]\nname='r'\nto=['mail']",
            "[[route]] 2 \"r\": name 'r' is not valid",
        ),
        (
            "[[route]]\nname='r'\nto=['mail']\ncatch_all=true\n[[route]]\nname='s'\nto=['mail']",
            "catch_all is only accepted on the last [[route]]",
        ),
        ("[route]\nname='r'", "route is not valid; expected tables that begin with [[route]]"),
    ],
)
def test_a_wrong_route_gets_one_sentence_with_its_key(text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_routes(tomllib.loads(CHANNELS + text))

    assert str(caught.value).startswith("monitor.toml")
    assert sentence in str(caught.value)


MAIL = {"name": "m", "kind": "email", "host": "h", "from": "a@example.org", "to": ["b@example.org"]}
HOOK = {"name": "w", "kind": "webhook", "url": "https://example.org/x", "secret_env": "S"}


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        (MAIL | {"kind": "fax"}, "kind 'fax' is not valid; expected one of email, webhook"),
        (MAIL | {"to": ["b@example.org\nBcc: c@example.org"]}, "expected a list of e-mail addresses"),
        (MAIL | {"from": "nobody"}, "from 'nobody' is not valid; expected an e-mail address"),
        (MAIL | {"host": "smtp\nexample"}, "host"),
        (MAIL | {"port": 0}, "port 0 is not valid; expected a number from 1 to 65,535"),
        (MAIL | {"security": "ssl"}, "security 'ssl' is not valid; expected one of starttls, tls, none"),
        (MAIL | {"username": "u"}, "password_env is missing"),
        (MAIL | {"password_env": "P"}, "username is missing"),
        (MAIL | {"username": "u", "password_env": "P", "security": "none"}, "a password must not travel in the clear"),
        (HOOK | {"url": None}, "url"),
        ({key: value for key, value in HOOK.items() if key != "url"}, "exactly one of url and url_env must be given"),
        (HOOK | {"url_env": "U"}, "exactly one of url and url_env must be given"),
        (HOOK | {"timeout": 0}, "timeout 0 is not valid; expected a number from 1 to 300"),
        ({key: value for key, value in HOOK.items() if key != "secret_env"}, "secret_env is missing"),
    ],
)
def test_a_wrong_channel_gets_one_sentence_with_its_key(channel: dict, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_channels({"channel": [channel]})

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "channel",
    [
        MAIL | {"username": "u", "password": "hunter2!"},
        MAIL | {"username": "u", "password_env": "hunter2!"},
        HOOK | {"secret": "hunter2!"},
        HOOK | {"secret_env": "hunter2!"},
        HOOK | {"url": "https://user:hunter2!@example.org/"},
        HOOK | {"url": "ftp://example.org/hunter2!"},
        HOOK | {"url": "https://example.org:port/?token=hunter2!"},
        HOOK | {"api_token": "hunter2!"},
    ],
)
def test_an_error_about_a_secret_does_not_repeat_it(channel: dict) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_channels({"channel": [channel]})

    assert "hunter2" not in str(caught.value)


def test_a_channel_does_not_show_the_tokens_in_its_address() -> None:
    siem = parse_channels(tomllib.loads(CHANNELS))["siem"]

    assert siem.receivers == ("https://siem.example.org:8443",)
    assert "s3cret" not in repr(siem)
    assert "t0ken" not in repr(siem)


def test_an_alert_needs_one_delivery_for_each_receiver_of_its_route(report: Make, now: datetime) -> None:
    config = tomllib.loads(CHANNELS + ROUTES)
    critical, channels = parse_routes(config)[0], parse_channels(config)
    alert = alert_of(critical, [report()], now)

    deliveries = deliveries_of(alert, critical, channels)

    assert [(one.channel, one.target) for one in deliveries] == [
        ("mail", "a@example.org"),
        ("mail", "b@example.org"),
        ("siem", "https://siem.example.org:8443"),
    ]
    assert all((one.alert, one.state, one.tries, one.due_at) == (alert.id, "pending", 0, now) for one in deliveries)
    assert len({one.id for one in deliveries}) == 3
    later = alert_of(critical, [report()], now + timedelta(hours=1))
    assert [one.id for one in deliveries_of(later, critical, channels)] == [one.id for one in deliveries]
