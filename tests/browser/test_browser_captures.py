"""Hostile captures of every type and charset, in a real browser beside a server that would notice any request."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notices.alert import Alert
from notices.finding import Place
from storage import open_store
from tests.browser.driving import Running, Window
from tests.review import invented

pytestmark = pytest.mark.browser

ATTACKS = """<html><head><base href="EVIL/"><meta http-equiv="refresh" content="0;url=EVIL/refresh">
<meta charset="utf-7"><link rel="stylesheet" href="EVIL/s.css"><link rel="preload" as="font" href="EVIL/f.woff2">
<link rel="dns-prefetch" href="EVIL"><link rel="prefetch" href="EVIL/prefetch"><link rel="icon" href="EVIL/i.ico">
<style>@import url(EVIL/import.css);@font-face{font-family:x;src:url(EVIL/x.ttf)}body{font-family:x}</style>
<script src="EVIL/x.js"></script><script>location='EVIL/script'</script></head>
<body background="EVIL/b.png" onload="location='EVIL/onload'"><img src="EVIL/p.png" srcset="EVIL/2x.png 2x">
<img src=x onerror="fetch('EVIL/onerror')"><iframe src="EVIL/frame"></iframe><iframe src="javascript:top.x=1"></iframe>
<iframe src="data:text/html,<script>top.x=1</script>"></iframe><embed src="EVIL/e.swf"><object data="EVIL/o"></object>
<video src="EVIL/v.mp4" poster="EVIL/v.png" autoplay></video><audio src="EVIL/a.mp3" autoplay></audio>
<form action="EVIL/form"><input autofocus onfocus="this.form.submit()"></form>
<a href="javascript:x=1" ping="EVIL/g">a</a>
<svg xmlns="http://www.w3.org/2000/svg" onload="x=1"><script>location='EVIL/svg'</script><image href="EVIL/im.svg"/>
<use href="EVIL/u.svg#u"/></svg><math><mtext><img src="EVIL/m.png"></mtext></math>NVIDIA A100 80GB</body></html>"""
SVG = """<?xml version="1.0"?><?xml-stylesheet href="EVIL/x.xsl"?><!DOCTYPE svg SYSTEM "EVIL/x.dtd" [
<!ENTITY e SYSTEM "EVIL/entity">]><svg xmlns="http://www.w3.org/2000/svg"><script>location='EVIL/svg'</script>
<text>&e;</text></svg>"""
SERVED = (
    ("text/html; charset=utf-8", "utf-8"),
    ("text/html; charset=utf-7", "utf-7"),
    ("text/html", "utf-16"),
    ("text/html; charset=utf-16le", "utf-16-le"),
    ("text/html; charset=iso-2022-jp", "iso2022_jp"),
    ("text/html; charset=\"><script src=EVIL/charset></script>", "utf-8"),
    ("TEXT/HTML", "gb18030"),
    ("text/plain", "utf-8"),
    ("application/xhtml+xml", "utf-8"),
    ("application/pdf", "utf-8"),
    ("image/png", "utf-8"),
    ("text/css", "utf-8"),
    ("application/json", "utf-8"),
    ("multipart/x-mixed-replace; boundary=x", "utf-8"),
    ("", "utf-8"),
)  # fmt: skip


@dataclass(frozen=True)
class Listening:
    address: str
    asked: list[str]


@pytest.fixture
def evil() -> Iterator[Listening]:
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Listening(f"http://127.0.0.1:{server.server_address[1]}", asked)
    server.shutdown()
    server.server_close()


def kept(desk: Running, evil: Listening) -> list[str]:
    """Keeps the attacks under each type and charset; returns the SHA-256 of each, and a finding with an alert of it."""
    store = open_store(f"sqlite:///{desk.folder / 'tenderwatch.sqlite'}")
    digests = []
    attacks = ATTACKS.replace("EVIL", evil.address)
    bodies = [(kind.replace("EVIL", evil.address), attacks.encode(charset)) for kind, charset in SERVED]
    bodies += [(kind, SVG.replace("EVIL", evil.address).encode()) for kind in ("image/svg+xml", "text/xml")]
    for number, (kind, body) in enumerate(bodies):
        url = f"https://portal.invalid/{number}"
        capture = invented.write_capture(desk.folder / "captures", url, body + b" " * number, kind)
        made = invented.notice(800 + number, attacks if number == 0 else "公告", "tender", attacks, url=url)
        with store.begin() as unit:
            saved = unit.notices.save(made, invented.NOW, unit.captures.add(capture))
        digests.append(capture.sha256)
        if number == 0:
            start = attacks.index("NVIDIA A100 80GB")
            place = Place("body", start, start + 16, "NVIDIA A100 80GB")
            found = invented.finding(made, "nvidia-a100", attacks[:300], place)
            with store.begin() as unit:
                (key,) = unit.findings.replace(saved.notice_id, made.source, [found], invented.NOW)
                report = unit.findings.report(key)
                assert report is not None
                unit.alerts.add(Alert("evil", "restricted", report.procedure, invented.NOW, (report,)), [])
    store.close()
    return digests


def test_no_capture_runs_or_loads_anything_however_it_was_served(
    desk: Running, window: Window, evil: Listening
) -> None:
    for digest in kept(desk, evil):
        page = window.go(f"/captures/{digest}")
        page.wait_for_load_state("networkidle")
        assert page.locator("main iframe, main img, main script, main form").count() == 0
        for part in ("text", "source"):
            window.page.goto(f"{desk.base}/captures/{digest}/{part}", wait_until="networkidle")
            assert page.url.endswith(part), page.url
            if window.status == 200:
                assert page.evaluate("document.contentType") == "text/plain"
        answer = window.context.request.get(f"{desk.base}/captures/{digest}/download")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert window.is_quiet(), (window.outside, window.dialogs, window.said)
        assert evil.asked == []
    # The server notices what does ask.
    window.context.new_page().set_content(f"<img src='{evil.address}/seen'>", wait_until="networkidle")
    assert evil.asked == ["/seen"]


def test_neither_the_feed_nor_another_sites_page_brings_a_capture_to_life(
    desk: Running, window: Window, evil: Listening
) -> None:
    digest = kept(desk, evil)[0]
    answer = window.context.request.get(f"{desk.base}/feeds/restricted.atom")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "&lt;script" not in answer.text().replace("&amp;lt;script", "")
    page = window.go("/feeds/restricted.atom")
    page.wait_for_load_state("networkidle")
    assert evil.asked == []
    other = window.context.new_page()
    other.set_content(
        f"<iframe src='{desk.base}/captures/{digest}/source'></iframe>"
        f"<script src='{desk.base}/captures/{digest}/source'></script>"
        f"<embed src='{desk.base}/captures/{digest}/download' type='text/html'>"
        f"<link rel='stylesheet' href='{desk.base}/captures/{digest}/text'>",
        wait_until="networkidle",
    )
    assert evil.asked == []
