"""The e-mail channel against a real mail server on loopback."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as reading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from alerts.channels.email import compose
from alerts.channels.settings import EmailChannel
from alerts.deliveries import deliveries_of
from alerts.outcome import DELIVERED, Outcome
from alerts.routes import Route, alert_of
from alerts.send import send
from notices.alert import Alert, Delivery
from notices.finding import FindingReport

PASSWORD = "s3cret-pässword"
NOW = datetime(2024, 3, 6, 1, 0, tzinfo=UTC)
ROUTE = Route("export desk", ("mail",))


@dataclass
class Sink:
    """What the mail server answers, and what it got."""

    password: str = PASSWORD
    recipient_reply: str = "250 OK"
    data_reply: str = "250 OK"
    received: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list) -> str:  # noqa: N802
        if self.recipient_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope.content or b"")
        self.envelopes.append(envelope)
        return self.data_reply

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        login, password = bytes(data.login), bytes(data.password)  # type: ignore[attr-defined]
        self.logins.append((login, password))
        return AuthResult(success=password == self.password.encode(), handled=False)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def serve(sink: Sink) -> Iterator[Callable[..., EmailChannel]]:
    """Starts a mail server with the options given and returns a channel to it."""
    running: list[Controller] = []

    def start(**options: object) -> EmailChannel:
        # The controller connects to the port that it is given, so it cannot be given 0.
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(sink, hostname="127.0.0.1", port=port, **options)  # type: ignore[arg-type]
        controller.start()
        running.append(controller)
        return EmailChannel("mail", "127.0.0.1", port, "none", "watch@example.org", ("desk@example.org",), timeout=5)

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def alert(report: Callable[..., FindingReport]) -> Alert:
    return alert_of(ROUTE, [report()], NOW)


def delivery_of(alert: Alert, channel: EmailChannel) -> Delivery:
    return deliveries_of(alert, ROUTE, {"mail": channel})[0]


def try_once(alert: Alert, channel: EmailChannel) -> Outcome:
    outcome = send(delivery_of(alert, channel), alert, channel, environment={"MAIL_PASSWORD": PASSWORD})
    assert PASSWORD not in (outcome.error or "")
    assert "\n" not in (outcome.error or "")
    return outcome


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=reading)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_arrives_with_text_html_and_the_headers_of_its_thread(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert
) -> None:
    channel = serve()

    assert try_once(alert, channel) == DELIVERED

    message, delivery = read(sink.received[0]), delivery_of(alert, channel)
    assert message["Subject"] == "Critical: NVIDIA H100 (16 cards in 2 servers) – 东屏理工大学 – Award"
    assert (message["To"], message["From"]) == ("desk@example.org", "tenderwatch <watch@example.org>")
    assert message["Message-ID"] == f"<{delivery.id}@example.org>"
    assert message["References"] == message["In-Reply-To"]
    assert message["References"].endswith("@example.org>")
    assert message["List-Id"] == "<export-desk.tenderwatch.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for part in message.iter_parts():
        assert "2台，每台8卡" in part.get_content()
    assert sink.envelopes[0].mail_from == "watch@example.org"
    assert sink.envelopes[0].rcpt_tos == ["desk@example.org"]
    assert max(len(line) for line in sink.received[0].splitlines()) <= 998


def test_a_retry_is_the_same_message_to_the_byte(serve: Callable[..., EmailChannel], sink: Sink, alert: Alert) -> None:
    channel = serve()
    sink.data_reply = "451 try later"
    first = try_once(alert, channel)
    sink.data_reply = "250 OK"
    second = try_once(alert, channel)

    assert (first.state, second) == ("temporary", DELIVERED)
    assert sink.received[0] == sink.received[1]


def test_the_news_of_one_procedure_is_one_thread(report: Callable[..., FindingReport], now: datetime) -> None:
    channel = EmailChannel("mail", "h", 25, "none", "watch@example.org", ("desk@example.org",))
    tender = alert_of(ROUTE, [report(key="k1", kind="tender")], now)
    award = alert_of(ROUTE, [report(key="k2")], now + timedelta(days=30))
    other = alert_of(ROUTE, [report(key="k3", procedure="p2")], now)

    threads = [read(compose(delivery_of(one, channel), one, channel))["References"] for one in (tender, award, other)]

    assert threads[0] == threads[1] != threads[2]


@pytest.mark.parametrize(
    ("reply", "state"),
    [("450 mailbox busy", "temporary"), ("452 full", "temporary"), ("550 no such user", "permanent")],
)
def test_a_refused_recipient_is_temporary_or_permanent_as_the_server_says(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert, reply: str, state: str
) -> None:
    channel = serve()
    sink.recipient_reply = reply

    outcome = try_once(alert, channel)

    assert outcome == Outcome(state, f"the mail server 127.0.0.1:{channel.port} did not take the message: {reply}")
    assert sink.received == []


@pytest.mark.parametrize(("reply", "state"), [("451 greylisted", "temporary"), ("554 spam", "permanent")])
def test_a_refused_message_is_temporary_or_permanent_as_the_server_says(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert, reply: str, state: str
) -> None:
    channel = serve()
    sink.data_reply = reply

    outcome = try_once(alert, channel)

    assert outcome.state == state
    assert reply in (outcome.error or "")


def test_a_mail_server_that_is_down_is_tried_again_later(
    serve: Callable[..., EmailChannel], alert: Alert, unused_port: int
) -> None:
    outcome = try_once(alert, replace(serve(), port=unused_port))

    assert outcome == Outcome(
        "temporary",
        f"the mail server 127.0.0.1:{unused_port} cannot be used: the connection was refused, failed or broke",
    )


def test_a_mail_server_that_says_nothing_is_left_after_the_timeout(alert: Alert, silent_port: int) -> None:
    channel = EmailChannel("mail", "127.0.0.1", silent_port, "none", "a@example.org", ("b@example.org",), timeout=0.3)

    outcome = try_once(alert, channel)

    assert outcome.state == "temporary"
    assert "did not answer in time" in (outcome.error or "")


def test_login_uses_the_password_of_the_environment(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert
) -> None:
    server = serve(authenticator=sink.login, auth_require_tls=False)
    channel = replace(server, username="watch", password_env="MAIL_PASSWORD")

    assert try_once(alert, channel) == DELIVERED
    assert sink.logins == [(b"watch", PASSWORD.encode())]


def test_a_refused_login_can_be_mended_so_the_alert_waits(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert
) -> None:
    server = serve(authenticator=sink.login, auth_require_tls=False)
    channel = replace(server, username="watch", password_env="MAIL_PASSWORD")

    outcome = send(delivery_of(alert, channel), alert, channel, environment={"MAIL_PASSWORD": "wr0ng"})

    assert outcome == Outcome(
        "temporary", f"the mail server 127.0.0.1:{channel.port} cannot be used: it refused the login (535)"
    )


def test_a_missing_password_is_named_by_its_variable(serve: Callable[..., EmailChannel], alert: Alert) -> None:
    channel = replace(serve(), username="watch", password_env="MAIL_PASSWORD")

    outcome = send(delivery_of(alert, channel), alert, channel, environment={})

    assert outcome == Outcome(
        "temporary", "the environment variable MAIL_PASSWORD does not hold the mail password; set it"
    )


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_error(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert
) -> None:
    sink.password, sink.data_reply = "hunter2", "554 your password hunter2 is fine but the message is not"
    channel = replace(serve(authenticator=sink.login, auth_require_tls=False), username="u", password_env="P")

    outcome = send(delivery_of(alert, channel), alert, channel, environment={"P": "hunter2"})

    assert outcome.state == "permanent"
    assert (outcome.error or "").endswith("554 your password *** is fine but the message is not")


@pytest.fixture
def tls(certificate: tuple[str, str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_starttls_is_used_and_the_certificate_checked(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert, tls: ssl.SSLContext, certificate: tuple[str, str]
) -> None:
    channel = replace(serve(tls_context=tls, require_starttls=True), security="starttls")

    untrusted = try_once(alert, channel)
    trusted = try_once(alert, replace(channel, ca_file=certificate[0]))

    assert untrusted.state == "temporary"
    assert "its certificate is not accepted" in (untrusted.error or "")
    assert trusted == DELIVERED
    assert len(sink.received) == 1


def test_a_server_without_starttls_gets_nothing_from_a_channel_that_asks_for_it(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert
) -> None:
    outcome = try_once(alert, replace(serve(), security="starttls"))

    assert outcome.state == "temporary"
    assert "does not offer the security or the login" in (outcome.error or "")
    assert sink.received == []


def test_tls_from_the_first_byte(
    serve: Callable[..., EmailChannel], sink: Sink, alert: Alert, tls: ssl.SSLContext, certificate: tuple[str, str]
) -> None:
    channel = replace(serve(ssl_context=tls), security="tls", ca_file=certificate[0])

    assert try_once(alert, channel) == DELIVERED
    assert len(sink.received) == 1


def test_no_word_of_a_notice_becomes_a_header(
    serve: Callable[..., EmailChannel], sink: Sink, report: Callable[..., FindingReport], now: datetime
) -> None:
    evil = "东屏\r\nBcc: spy@example.net\r\n\r\n<b>body</b>\u2028X-Evil: 1\x0bX-More: 1"
    hostile = report(buyer=evil, title=evil, label=evil, procedure=evil, quote=evil, key=evil)
    alert = alert_of(Route(evil, ("mail",)), [hostile], now)
    channel = serve()

    assert try_once(alert, channel) == DELIVERED

    message = read(sink.received[0])
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted",
        "X-Tenderwatch-Alert", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert sink.envelopes[0].rcpt_tos == ["desk@example.org"]


def test_ids_of_a_long_domain_are_not_encoded(alert: Alert) -> None:
    domain = f"{'department-' * 5}of.{'institution-' * 4}one.example.org"
    channel = EmailChannel("mail", "h", 25, "none", f"watch@{domain}", ("desk@example.org",))

    headers = compose(delivery_of(alert, channel), alert, channel).partition(b"\r\n\r\n")[0].decode("ascii")

    for name in ("Message-ID", "References", "In-Reply-To", "List-Id"):
        line = next(line for line in headers.split("\r\n") if line.startswith(f"{name}: "))
        assert line.endswith(f"{domain}>")


def test_a_missing_ca_file_is_said_to_be_missing(serve: Callable[..., EmailChannel], alert: Alert) -> None:
    outcome = try_once(alert, replace(serve(), security="tls", ca_file="/nonexistent/ca.pem"))

    assert outcome == Outcome("temporary", "the channel's ca_file cannot be used: No such file or directory")


def test_a_message_that_was_accepted_is_delivered_though_the_server_hangs_up(alert: Alert) -> None:
    said: list[bytes] = []

    def speak(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as line:
            for reply in (b"220 hello", b"250 mail", b"250 sender", b"250 recipient", b"354 go on"):
                line.write(reply + b"\r\n")
                line.flush()
                said.append(line.readline())
            while line.readline() != b".\r\n":
                pass
            line.write(b"250 accepted\r\n")
            line.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=speak, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        outcome = try_once(
            alert, EmailChannel("mail", "127.0.0.1", port, "none", "a@example.org", ("b@example.org",), timeout=5)
        )
        thread.join()

    assert outcome == DELIVERED
    assert [word.split()[0] for word in said[:4]] == [b"EHLO", b"MAIL", b"RCPT", b"DATA"]
