"""Whatever a notice says, an alert about it is well formed."""

import json
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.policy import default as reading
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.channels.email import compose
from alerts.channels.settings import EmailChannel
from alerts.deliveries import deliveries_of
from alerts.message import webhook_body
from alerts.routes import Route, alert_of, route_reports
from notices.finding import FindingReport

WORDS = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "\r\nBcc: x@example.net\r\n\r\n",
        "</td><script>x()</script>",
        '" onload="x()',
        "=?utf-8?q?=0ABcc:_x?=",
        "=??Q?=80?=",
        "{{ 7*7 }}",
        "\ud800",
    ]
)
CHANNEL = EmailChannel("mail", "h", 25, "none", "watch@example.org", ("desk@example.org",))
ROUTE = Route("desk", ("mail",))
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted",
    "X-Tenderwatch-Alert", "MIME-Version", "Content-Type",
}  # fmt: skip


class Tags(HTMLParser):
    """The tags and attributes' names of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, min_size=8, max_size=8))
def test_any_words_make_a_mail_with_our_headers_and_our_tags_only(
    report: Callable[..., FindingReport], now: datetime, words: list[str]
) -> None:
    title, buyer, label, quote, region, origin, sentence, supplier = words
    wild = report(
        title=title, buyer=buyer, label=label, quote=quote, region=region, origin=origin, sentence=sentence,
        suppliers=(supplier,), reasons=(quote,), unread_documents=(title,), url=quote, item=label,
    )  # fmt: skip
    (routed,) = route_reports([wild], [ROUTE])
    alert = alert_of(routed.route, routed.reports, now)

    message = message_from_bytes(
        compose(deliveries_of(alert, ROUTE, {"mail": CHANNEL})[0], alert, CHANNEL), policy=reading
    )

    assert set(message.keys()) == HEADERS
    assert "\n" not in message["Subject"]
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Capture:" in text
    page = Tags(html)
    assert page.tags <= {"html", "head", "meta", "title", "body", "table", "tr", "td", "div", "span", "br", "mark", "a"}
    assert not [name for name in page.names if name.startswith("on")]
    assert json.loads(webhook_body(alert))["findings"][0]["quote"] == quote
