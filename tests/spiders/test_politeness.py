"""No source, no command line and no environment makes a crawl ruder than spiders/settings.py."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from notices.errors import ConfigurationError
from spiders import settings as house_settings
from spiders.base import NoticeSpider
from spiders.declaration import NOT_FOR_SOURCES
from spiders.environment import LEAST_PAUSE, read_environment
from spiders.families.ccgp import CcgpSpider
from spiders.hosts import retry_after
from spiders.sources.ccgp_central import CcgpCentral

SPIDERS = Path(__file__).resolve().parents[2] / "spiders"


def house() -> Settings:
    settings = Settings()
    settings.setmodule(house_settings)
    return settings


def test_the_settings_are_polite() -> None:
    settings = house()
    assert settings.getfloat("DOWNLOAD_DELAY") * (1 - settings.getfloat("DOWNLOAD_DELAY_JITTER")) >= 3.0 == LEAST_PAUSE
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    for name in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "HTTPPROXY_ENABLED"):
        assert not settings.getbool(name), name
    assert set(settings.getdict("DOWNLOAD_SLOTS")) == {"127.0.0.1", "localhost", "::1"}


@pytest.mark.parametrize("name", NOT_FOR_SOURCES)
def test_a_source_that_loosens_politeness_cannot_be_defined(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        type("Rude", (CcgpSpider,), {name: {}})


def test_a_source_that_does_not_declare_itself_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="expected_per_day"):
        type("Bare", (CcgpSpider,), {"name": "bare", "url": "http://bare.example/"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DOWNLOAD_DELAY", 3.9),
        ("DOWNLOAD_DELAY", 0),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 2),
        ("ROBOTSTXT_OBEY", False),
        ("AUTOTHROTTLE_ENABLED", False),
        ("USER_AGENT", "Mozilla/5.0"),
        ("DOWNLOAD_SLOTS", {"www.ccgp.gov.cn": {"delay": 0}}),
    ],
)
def test_a_command_line_that_loosens_politeness_is_refused(setting: str, value: object) -> None:
    settings = house()
    settings.set(setting, value, priority="cmdline")
    with pytest.raises(ConfigurationError, match=setting):
        CcgpCentral.from_crawler(Crawler(CcgpCentral, settings))


def test_no_module_of_the_spiders_speaks_to_a_site_but_through_scrapy_or_names_a_browser() -> None:
    for path in SPIDERS.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert "Mozilla" not in source, path
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert not imported & {"httpx", "requests", "socket", "http"}, path


def test_every_source_is_a_declaration() -> None:
    loader = get_spider_loader(house())
    names = loader.list()
    assert {"ccgp-central", "ccgp-local"} <= set(names)
    for name in names:
        source = loader.load(name)
        assert issubclass(source, NoticeSpider)
        module = SPIDERS / "sources" / f"{source.__module__.rpartition('.')[2]}.py"
        body = ast.parse(module.read_text(encoding="utf-8"))
        assert len(module.read_text(encoding="utf-8").splitlines()) <= 60
        assert not [node for node in ast.walk(body) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)], name
        least, most = source.expected_per_day
        assert 0 <= least < most
        assert source.silence_limit > 0
        datetime.fromisoformat(source.evidence_date)


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    moment = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def asked(text: str, status: int = 429) -> float | None:
        return retry_after(Response("http://a.example", status=status, headers={"Retry-After": text}), moment)

    assert asked("120") == 120.0
    assert asked("Fri, 20 Nov 2026 08:02:00 GMT", 503) == 120.0
    assert asked("Fri, 20 Nov 2026 07:00:00 GMT") == 0.0
    assert asked("soon") is None
    assert asked("120", 200) is None
    assert retry_after(Response("http://a.example", status=429), moment) is None


def test_the_environment_is_read_and_a_wrong_value_named(tmp_path: Path) -> None:
    read = read_environment({"TENDERWATCH_HOME": str(tmp_path), "TENDERWATCH_CONTACT": "mailto:watch@example.org"})
    assert read.database_url == f"sqlite:///{tmp_path / 'tenderwatch.sqlite'}"
    assert (read.daily_budget, read.loopback_delay) == (6000, 3.2)
    assert read.user_agent.endswith(" (+mailto:watch@example.org)")
    for name, value in (
        ("TENDERWATCH_DAILY_BUDGET", "many"),
        ("TENDERWATCH_DAILY_BUDGET", "0"),
        ("TENDERWATCH_LOOPBACK_DELAY", "-1"),
        ("TENDERWATCH_LOOPBACK_DELAY", "nan"),
        ("TENDERWATCH_CONTACT", "two\nlines"),
        ("TENDERWATCH_CONTACT", "某人"),
    ):
        with pytest.raises(ConfigurationError, match=name):
            read_environment({name: value})
