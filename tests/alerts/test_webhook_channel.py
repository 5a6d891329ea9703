"""The webhook channel against a real web server on loopback."""

import base64
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from alerts.channels.settings import WebhookChannel, parse_channels
from alerts.deliveries import deliveries_of
from alerts.http import is_public
from alerts.message import webhook_body
from alerts.outcome import DELIVERED, Outcome
from alerts.routes import Route, alert_of
from alerts.send import send
from notices.alert import Alert, Delivery
from notices.finding import FindingReport

SECRET = "whsec_" + base64.b64encode(b"a secret of the receiver").decode()
TOKEN = "t0ken-in-the-address"
ENVIRONMENT = {"HOOK_SECRET": SECRET}
NOW = datetime(2024, 3, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def alert(report: Callable[..., FindingReport]) -> Alert:
    return alert_of(Route("desk", ("hook",)), [report()], NOW)


@pytest.fixture
def channel(httpserver: HTTPServer) -> WebhookChannel:
    url = httpserver.url_for(f"/hook/{TOKEN}?token={TOKEN}")
    return WebhookChannel("hook", "HOOK_SECRET", url, allow_private=(httpserver.host,), timeout=5)


def delivery_of(alert: Alert, channel: WebhookChannel) -> Delivery:
    return deliveries_of(alert, Route("desk", (channel.name,)), {channel.name: channel})[0]


def try_once(alert: Alert, channel: WebhookChannel) -> Outcome:
    outcome = send(delivery_of(alert, channel), alert, channel, environment=ENVIRONMENT, now=NOW)
    for hidden in (TOKEN, SECRET, SECRET.removeprefix("whsec_")):
        assert hidden not in (outcome.error or "")
    return outcome


def answering(httpserver: HTTPServer, status: int, headers: dict[str, str] | None = None) -> None:
    httpserver.expect_oneshot_request(f"/hook/{TOKEN}").respond_with_data("no", status=status, headers=headers)


def test_an_alert_is_posted_with_a_signature_that_the_receiver_can_verify(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    answering(httpserver, 204)

    assert try_once(alert, channel) == DELIVERED

    request = httpserver.log[0][0]
    assert (request.method, request.path, request.args["token"]) == ("POST", f"/hook/{TOKEN}", TOKEN)
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"{httpserver.host}:{httpserver.port}"
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        verified = Webhook(SECRET).verify(request.data, dict(request.headers))
    assert verified == json.loads(webhook_body(alert))
    assert request.headers["webhook-id"] == delivery_of(alert, channel).id


def test_the_clock_is_read_when_no_time_is_given(httpserver: HTTPServer, channel: WebhookChannel, alert: Alert) -> None:
    answering(httpserver, 200)

    with time_machine.travel(NOW, tick=False):
        assert send(delivery_of(alert, channel), alert, channel, environment=ENVIRONMENT) == DELIVERED

    assert httpserver.log[0][0].headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_a_retry_has_the_same_id_and_bytes_but_its_own_time(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    for status in (500, 200):
        answering(httpserver, status)
    delivery = delivery_of(alert, channel)

    outcomes = [
        send(delivery, alert, channel, environment=ENVIRONMENT, now=NOW + timedelta(minutes=minutes))
        for minutes in (0, 7)
    ]

    assert [outcome.state for outcome in outcomes] == ["temporary", "delivered"]
    first, second = (request for request, _ in httpserver.log)
    assert first.data == second.data
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 420
    with time_machine.travel(NOW + timedelta(minutes=7), tick=False):
        Webhook(SECRET).verify(second.data, dict(second.headers), json_parse=False)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "delivered"), (202, "delivered"), (204, "delivered"),
        (301, "permanent"), (307, "permanent"), (304, "permanent"),
        (400, "permanent"), (401, "permanent"), (404, "permanent"), (410, "permanent"), (422, "permanent"),
        (408, "temporary"), (425, "temporary"), (429, "temporary"),
        (500, "temporary"), (501, "temporary"), (502, "temporary"), (503, "temporary"), (504, "temporary"),
    ],
)  # fmt: skip
def test_each_status_means_delivered_try_again_or_give_up(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert, status: int, state: str
) -> None:
    answering(httpserver, status)

    outcome = try_once(alert, channel)

    assert outcome.state == state
    assert state == "delivered" or str(status) in (outcome.error or "")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Wed, 06 Mar 2024 01:10:00 GMT", timedelta(minutes=10)),
        ("Wed, 06 Mar 2024 00:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    httpserver: HTTPServer,
    channel: WebhookChannel,
    alert: Alert,
    status: int,
    value: str | None,
    wait: timedelta | None,
) -> None:
    answering(httpserver, status, {"Retry-After": value} if value else None)

    assert try_once(alert, channel).retry_after == wait


def test_a_receiver_that_is_gone_is_said_to_be_gone(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    answering(httpserver, 410)

    error = try_once(alert, channel).error

    assert error == (
        f"http://{httpserver.host}:{httpserver.port} answered 410: this receiver is gone for good; "
        "remove the channel or change its url"
    )


def test_a_redirect_is_not_followed(httpserver: HTTPServer, channel: WebhookChannel, alert: Alert) -> None:
    answering(httpserver, 308, {"Location": httpserver.url_for("/elsewhere")})

    assert "a redirect, which is not followed" in (try_once(alert, channel).error or "")
    assert [request.path for request, _ in httpserver.log] == [f"/hook/{TOKEN}"]


def test_a_receiver_that_is_down_is_tried_again_later(channel: WebhookChannel, alert: Alert) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        down = replace(channel, url=f"http://127.0.0.1:{taken.getsockname()[1]}/{TOKEN}", allow_private=("127.0.0.1",))
        outcome = try_once(alert, down)

    assert outcome.state == "temporary"
    assert "cannot be reached: the connection was refused or failed" in (outcome.error or "")


@pytest.fixture
def dripping() -> Iterator[tuple[str, int]]:
    """A server that sends a byte of its answer now and then, and never ends."""
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        yield listener.getsockname()
        stop.set()
        thread.join()


def test_a_receiver_that_never_finishes_its_answer_is_left_after_the_timeout(
    dripping: tuple[str, int], channel: WebhookChannel, alert: Alert
) -> None:
    slow = replace(channel, url=f"http://{dripping[0]}:{dripping[1]}/", allow_private=("127.0.0.1",), timeout=0.4)

    outcome = try_once(alert, slow)

    assert outcome.state == "temporary"
    assert (outcome.error or "").endswith("cannot be reached: no answer within 0.4 s")


def test_a_receiver_that_says_nothing_is_left_after_the_timeout(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    done = threading.Event()

    def wait(_: Request) -> Response:
        done.wait(5)
        return Response("late")

    httpserver.expect_request(f"/hook/{TOKEN}").respond_with_handler(wait)

    outcome = try_once(alert, replace(channel, timeout=0.3))
    done.set()

    assert outcome.state == "temporary"
    assert "no answer within 0.3 s" in (outcome.error or "")


def test_a_connection_cut_before_the_answer_is_tried_again(channel: WebhookChannel, alert: Alert) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        outcome = try_once(alert, replace(channel, url=url, allow_private=("127.0.0.1",)))
        thread.join()

    assert outcome.state == "temporary"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"]
)
def test_a_loopback_target_is_refused_in_every_spelling(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert, host: str
) -> None:
    outcome = try_once(alert, replace(channel, url=f"http://{host}:{httpserver.port}/{TOKEN}", allow_private=()))

    assert outcome.state == "permanent"
    assert "not a public address" in (outcome.error or "")
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("127.0.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("240.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False),
        ("ff02::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> list[str]:
    """Lets the name hooks.example resolve to each of the answers in turn; returns the names asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: object, **options: object) -> object:
        if host != "hooks.example":
            return real(host, port, *args, **options)  # type: ignore[arg-type]
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_resolves_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    resolving(monkeypatch, ("8.8.8.8", "127.0.0.1"))

    outcome = try_once(alert, replace(channel, url=f"http://hooks.example:{httpserver.port}/", allow_private=()))

    assert outcome == Outcome(
        "permanent",
        f"http://hooks.example:{httpserver.port} is refused: hooks.example resolves to 127.0.0.1, which is not a "
        "public address; if that is meant, add hooks.example to the channel's allow_private",
    )
    assert httpserver.log == []


def test_the_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    asked = resolving(monkeypatch, ("127.0.0.1",), ("203.0.113.9",))
    httpserver.expect_request("/").respond_with_data("ok")
    named = replace(channel, url=f"http://hooks.example:{httpserver.port}/", allow_private=("hooks.example",))

    assert try_once(alert, named) == DELIVERED

    assert asked == ["hooks.example"]
    assert httpserver.log[0][0].headers["host"] == f"hooks.example:{httpserver.port}"


def test_the_next_address_of_a_name_is_used_if_the_first_takes_no_connection(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    resolving(monkeypatch, ("127.0.0.9", "127.0.0.1"))
    httpserver.expect_request("/").respond_with_data("ok")
    named = replace(channel, url=f"http://hooks.example:{httpserver.port}/", allow_private=("hooks.example",))

    assert try_once(alert, named) == DELIVERED
    assert len(httpserver.log) == 1


def test_a_name_that_does_not_resolve_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, channel: WebhookChannel, alert: Alert
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    outcome = try_once(alert, replace(channel, url=f"https://hooks.example/{TOKEN}"))

    assert outcome == Outcome(
        "temporary", "https://hooks.example cannot be reached: the name hooks.example does not resolve"
    )


def test_a_proxy_of_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    answering(httpserver, 200)

    assert try_once(alert, channel) == DELIVERED


@pytest.mark.parametrize("secret", ["", "not base64!", "whsec_"])
def test_a_missing_or_wrong_secret_is_named_by_its_variable_and_the_alert_waits(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert, secret: str
) -> None:
    outcome = send(delivery_of(alert, channel), alert, channel, environment={"HOOK_SECRET": secret}, now=NOW)

    assert outcome.state == "temporary"
    assert outcome.error == "the environment variable HOOK_SECRET does not hold a base64 secret; set it"
    assert httpserver.log == []


def test_an_address_may_come_from_the_environment(
    httpserver: HTTPServer, channel: WebhookChannel, alert: Alert
) -> None:
    answering(httpserver, 200)
    hidden = replace(channel, url=None, url_env="HOOK_URL")
    delivery = delivery_of(alert, hidden)

    unset = send(delivery, alert, hidden, environment=ENVIRONMENT, now=NOW)
    given = send(delivery, alert, hidden, environment={**ENVIRONMENT, "HOOK_URL": channel.url or ""}, now=NOW)

    assert delivery.target == "$HOOK_URL"
    assert unset.error == "the environment variable HOOK_URL does not hold a webhook's address; set it"
    assert (unset.state, given) == ("temporary", DELIVERED)


@pytest.fixture
def secure_server(certificate: tuple[str, str]) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/").respond_with_data("ok")
        yield server


def test_over_tls_the_certificate_is_checked_for_the_name_and_not_for_the_address(
    monkeypatch: pytest.MonkeyPatch, secure_server: HTTPServer, certificate: tuple[str, str], alert: Alert
) -> None:
    resolving(monkeypatch, ("127.0.0.1",))
    url = f"https://hooks.example:{secure_server.port}/"
    named = WebhookChannel("hook", "HOOK_SECRET", url, allow_private=("hooks.example",), ca_file=certificate[0])

    assert try_once(alert, named) == DELIVERED


@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("hooks.example", False)])
def test_a_certificate_that_is_not_trusted_or_not_for_the_name_is_not_accepted(
    monkeypatch: pytest.MonkeyPatch,
    secure_server: HTTPServer,
    certificate: tuple[str, str],
    alert: Alert,
    host: str,
    trusted: bool,
) -> None:
    resolving(monkeypatch, ("127.0.0.1",))
    url = f"https://{host}:{secure_server.port}/"
    ca_file = certificate[0] if trusted else None
    other = WebhookChannel("hook", "HOOK_SECRET", url, allow_private=(host,), ca_file=ca_file)

    outcome = try_once(alert, other)

    assert outcome.state == "temporary"
    assert "the receiver's certificate is not accepted" in (outcome.error or "")
    assert secure_server.log == []


def test_a_ca_file_that_holds_no_certificates_is_named(channel: WebhookChannel, alert: Alert, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")

    outcome = try_once(alert, replace(channel, ca_file=str(tmp_path / "ca.pem")))

    sentence = "the channel's ca_file cannot be used: it is not a file of PEM certificates"
    assert outcome == Outcome("temporary", sentence)


def test_a_network_that_fails_below_http_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, channel: WebhookChannel, alert: Alert
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    assert try_once(alert, channel).state == "temporary"


def test_a_missing_ca_file_is_said_to_be_missing(channel: WebhookChannel, alert: Alert) -> None:
    outcome = try_once(alert, replace(channel, ca_file="/nonexistent/ca.pem"))

    assert outcome == Outcome("temporary", "the channel's ca_file cannot be used: No such file or directory")


def test_an_allowed_host_may_be_written_as_in_the_address(alert: Alert) -> None:
    hook = {"name": "hook", "kind": "webhook", "secret_env": "HOOK_SECRET", "allow_private": ["[::1]", "LocalHost"]}
    with HTTPServer(host="localhost") as server:
        server.expect_request("/").respond_with_data("ok")
        channel = parse_channels({"channel": [hook | {"url": f"http://LOCALHOST:{server.port}/"}]})["hook"]
        assert isinstance(channel, WebhookChannel)

        assert channel.allow_private == ("::1", "localhost")
        assert try_once(alert, channel) == DELIVERED
