"""`make demo`: the whole watch on this machine, against the bundled portal of invented notices."""

import os
import shutil
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from monitor.clock import now
from monitor.config import Settings, load_settings
from monitor.demo.portal.server import DemoPortal, expected_flagged
from monitor.demo.sinks import MailSink, WebhookSink
from monitor.demo.tables import print_arrivals, print_findings, print_stage
from monitor.health import declared_sources, source_lines
from monitor.review.app import make_app
from monitor.serving import bind, serve
from monitor.stages.alert import send_due
from monitor.stages.crawl import CrawlOptions, crawl_sources
from monitor.stages.detect import detect_due
from monitor.stages.extract import extract_due
from monitor.stages.index import index_due
from monitor.watchlist import load_watchlist
from notices.errors import TenderwatchError
from storage import Store, open_store
from storage.findings import FindingFilter
from storage.overview import Counted

HOME = Path(__file__).resolve().parents[2] / "demo-data"
SECRET_NAME = "TENDERWATCH_DEMO_WEBHOOK_SECRET"  # noqa: S105 - the variable's name
SECRET = "whsec_ZGVtby1vbmx5LWEtc2VjcmV0LW9mLW5vLXVzZQ=="  # noqa: S105 - opens nothing: the demo's own loopback receiver
SINCE = "2021-01-01"

CONFIGURATION = """\
# Written by `make demo` at each start.
[crawling]
contact = "demo@tenderwatch.invalid"

[desk]
port = {port}

[[channel]]
name = "mail"
kind = "email"
host = "{mail.host}"
port = {mail.port}
security = "none"
from = "tenderwatch@tenderwatch.invalid"
to = ["desk@tenderwatch.invalid"]

[[channel]]
name = "hook"
kind = "webhook"
url = "{hook.url}"
secret_env = "{secret}"
allow_private = ["127.0.0.1"]

[[route]]
name = "accelerators"
to = ["mail", "hook"]
[route.match]
category = ["gpu", "gpu_server"]

[[route]]
name = "cloud-and-ai"
to = ["mail"]
[route.match]
category = ["us_cloud", "us_ai", "offshore_compute"]
"""


def main() -> None:
    parser = ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--no-serve", action="store_true", help="stop before the review desk is served")
    parser.add_argument("--port", type=int, default=8000, help="the review desk's port")
    parser.add_argument("--home", type=Path, default=HOME, help="where the demonstration keeps its store")
    given = parser.parse_args()
    try:
        demonstrate(given.home, given.port, desk=not given.no_serve)
    except TenderwatchError as error:
        sys.exit(f"make demo: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def demonstrate(home: Path, port: int, *, desk: bool) -> None:
    """Crawls, reads, judges, alerts and shows; with `desk`, then serves the review desk until Ctrl-C."""
    console = Console(highlight=False)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with ExitStack() as open_:
        portal = open_.enter_context(DemoPortal())
        mail, hook = open_.enter_context(MailSink()), open_.enter_context(WebhookSink(SECRET))
        written = CONFIGURATION.format(port=port, mail=mail, hook=hook, secret=SECRET_NAME)
        (home / "monitor.toml").write_text(written, encoding="utf-8")
        os.environ |= {SECRET_NAME: SECRET, "TENDERWATCH_LOOPBACK_DELAY": "0"}
        settings = load_settings({"TENDERWATCH_CONFIG": str(home / "monitor.toml")}, home)
        store = open_store(settings.database_url)
        open_.callback(store.close)
        store.migrate()
        console.print(f"The bundled portal of invented notices answers at {portal.url}", soft_wrap=True)
        watch_once(console, store, settings, portal)
        with store.read() as unit:
            reports = unit.findings.reports(FindingFilter(flagged=True))
            alerts, deliveries = unit.alerts.recent(limit=None), unit.alerts.deliveries()
        print_findings(console, reports)
        print_arrivals(console, alerts, deliveries, mail, hook)
        flagged = {report.finding.notice for report in reports}
        if flagged != expected_flagged():
            missed, extra = sorted(expected_flagged() - flagged), sorted(flagged - expected_flagged())
            sys.exit(f"make demo: the findings are not the expected ones: missed {missed}, flagged besides {extra}")
        if desk:
            serve_desk(console, store, settings)


def watch_once(console: Console, store: Store, settings: Settings, portal: DemoPortal) -> None:
    """The four stages, one after the other, over HTTP with the real spiders."""
    for source in declared_sources():
        if source.family == "ccgp":
            options = CrawlOptions(since=SINCE, base_url=portal.url)
            print_stage(console, crawl_sources(store, settings, (source.id,), options), source.id)
    print_stage(console, extract_due(store, settings.captures, now))
    watchlist = load_watchlist()
    routes, channels = settings.routes, settings.channels
    print_stage(console, detect_due(store, watchlist, now, routes=routes, channels=channels))
    print_stage(console, send_due(store, channels, now))
    index_due(store)


def serve_desk(console: Console, store: Store, settings: Settings) -> None:
    counted = Counted()
    desk = make_app(store, settings.captures, clock=now, sources=lambda: source_lines(store, now(), counted))
    with bind(settings.desk) as listening:
        console.print(f"\nThe review desk is at {settings.desk.url} — stop with Ctrl-C.", soft_wrap=True)
        serve(desk, listening)


if __name__ == "__main__":
    main()
