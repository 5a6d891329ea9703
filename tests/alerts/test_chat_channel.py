"""The chat channel: a real apprise process against a real web server on loopback."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook

from alerts.channels.settings import ChatChannel, WebhookChannel
from alerts.deliveries import deliveries_of
from alerts.outcome import DELIVERED, Outcome
from alerts.routes import Route, alert_of
from alerts.send import send
from notices.finding import FindingReport

NOW = datetime(2024, 3, 6, 1, 0, tzinfo=UTC)
ROUTE = Route("desk", ("chat",))
TOKEN = "t0ken"
Make = Callable[..., FindingReport]


def try_once(report: FindingReport, url: str, *allowed: str) -> Outcome:
    channel = ChatChannel("chat", "CHAT_URL", allow_private=allowed, timeout=30)
    alert = alert_of(ROUTE, [report], NOW)
    delivery = deliveries_of(alert, ROUTE, {"chat": channel})[0]
    outcome = send(delivery, alert, channel, environment={"CHAT_URL": url}, now=NOW)
    assert TOKEN not in (outcome.error or "")
    return outcome


def address(server: HTTPServer) -> str:
    return f"json://localhost:{server.port}/{TOKEN}"


def test_a_long_alert_arrives_in_numbered_parts_and_nothing_is_lost(httpserver: HTTPServer, report: Make) -> None:
    httpserver.expect_request(f"/{TOKEN}").respond_with_data("ok")
    long = report(reasons=tuple(f"reason {number} " + "字" * 400 for number in range(100)))
    assert try_once(long, address(httpserver), "localhost") == DELIVERED
    calls = [json.loads(request.data) for request, _ in httpserver.log]
    assert len(calls) > 1
    assert [call["title"].endswith(f"({n}/{len(calls)})") for n, call in enumerate(calls, 1)] == [True] * len(calls)
    assert max(len(call["message"]) for call in calls) <= 32768
    assert all(f"reason {number} " in "".join(call["message"] for call in calls) for number in range(100))


@pytest.mark.parametrize(
    ("status", "state"), [(404, "permanent"), (301, "permanent"), (429, "temporary"), (500, "temporary")]
)
def test_answers_are_told_apart(httpserver: HTTPServer, report: Make, status: int, state: str) -> None:
    headers = {"Location": f"http://localhost:{httpserver.port}/other", "Retry-After": "90"}
    httpserver.expect_request(f"/{TOKEN}").respond_with_data("no", status=status, headers=headers)
    outcome = try_once(report(), address(httpserver), "localhost")
    assert (outcome.state, str(status) in (outcome.error or "")) == (state, True)
    assert [request.path for request, _ in httpserver.log] == [f"/{TOKEN}"]
    assert (outcome.retry_after is not None) is (state == "temporary")


def test_a_private_address_is_refused_unless_it_is_allowed_by_name(httpserver: HTTPServer, report: Make) -> None:
    for allowed in ((), ("elsewhere.example",)):
        outcome = try_once(report(), address(httpserver), *allowed)
        assert (outcome.state, "not a public address" in (outcome.error or "")) == ("permanent", True)
    assert httpserver.log == []


def test_a_receiver_that_is_down_or_an_address_that_is_none_waits(report: Make, unused_port: int) -> None:
    assert try_once(report(), f"json://localhost:{unused_port}/{TOKEN}", "localhost").state == "temporary"
    assert try_once(report(), f"nonsense {TOKEN}").state == "temporary"
    assert try_once(report(), "").state == "temporary"


def test_while_a_secret_is_replaced_both_sign(httpserver: HTTPServer, report: Make) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    new, old = "whsec_" + "bmV3IHNlY3JldCBrZXk=", "whsec_" + "b2xkIHNlY3JldCBrZXk="
    url = httpserver.url_for("/hook")
    channel = WebhookChannel("hook", "NEW", url, allow_private=(httpserver.host,), other_secret_env="OLD")
    route = Route("r", ("hook",))
    alert = alert_of(route, [report()], NOW)
    for environment in ({"NEW": new, "OLD": old}, {"OLD": old}):
        moment = datetime.now(UTC)
        delivery = replace(deliveries_of(alert, route, {"hook": channel})[0])
        assert send(delivery, alert, channel, environment=environment, now=moment) == DELIVERED
    both, one = (request for request, _ in httpserver.log)
    for secret in (new, old):
        Webhook(secret).verify(both.data, dict(both.headers), json_parse=False)
    Webhook(old).verify(one.data, dict(one.headers), json_parse=False)
    assert [request.headers["webhook-signature"].count("v1,") for request in (both, one)] == [2, 1]
    assert channel.secrets == ("NEW", "OLD")
