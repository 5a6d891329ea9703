"""The sinks of the demonstration keep what arrives and refuse what is not signed."""

import base64
import json
import smtplib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from standardwebhooks import Webhook

from monitor.demo.sinks import MailSink, WebhookSink

SECRET = "whsec_" + base64.b64encode(b"a secret of the demonstration").decode()


def call(sink: WebhookSink, id_: str, body: bytes, *, secret: str = SECRET, at: datetime | None = None) -> int:
    moment = at or datetime.now(UTC)
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, moment, body.decode()),
    }
    request = urllib.request.Request(sink.url, data=body, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_mail_is_kept_with_its_envelope_and_both_parts() -> None:
    message = EmailMessage()
    message["Subject"] = "演示：A100 2台"
    message["From"] = "watch@example.org"
    message["To"] = "desk@example.org"
    message.set_content("纯文本")
    message.add_alternative("<p>网页</p>", subtype="html")
    with MailSink() as sink:
        with smtplib.SMTP(sink.host, sink.port, timeout=10) as client:
            client.send_message(message)
            client.send_message(message, to_addrs=["one@example.org", "two@example.org"])
        first, second = sink.received
    assert (first.sender, first.recipients) == ("watch@example.org", ("desk@example.org",))
    assert first.subject == "演示：A100 2台"
    assert (first.part("plain").strip(), first.part("html").strip()) == ("纯文本", "<p>网页</p>")
    assert second.recipients == ("one@example.org", "two@example.org")


def test_the_mail_sink_closes_while_a_client_is_still_connected() -> None:
    with MailSink() as sink:
        client = smtplib.SMTP(sink.host, sink.port, timeout=10)
        client.ehlo()
    client.close()
    assert sink.received == []


def test_a_signed_call_is_kept_once_however_often_it_comes() -> None:
    body = json.dumps({"type": "findings.flagged", "alert": "a1"}).encode()
    with WebhookSink(SECRET) as sink:
        assert [call(sink, "msg_1", body), call(sink, "msg_1", body), call(sink, "msg_2", body)] == [204, 204, 204]
        assert [hook.id for hook in sink.received] == ["msg_1", "msg_2"]
        assert sink.received[0].body == {"type": "findings.flagged", "alert": "a1"}
        assert sink.repeated == ("msg_1",)


def test_a_call_with_a_wrong_or_stale_signature_is_refused() -> None:
    other = "whsec_" + base64.b64encode(b"another secret, not the right one").decode()
    with WebhookSink(SECRET) as sink:
        assert call(sink, "msg_1", b"{}", secret=other) == 401
        assert call(sink, "msg_2", b"{}", at=datetime.now(UTC) - timedelta(minutes=10)) == 401
        assert call(sink, "msg_3", b"not JSON") == 401
        assert sink.received == ()
        assert len(sink.refused) == 3
