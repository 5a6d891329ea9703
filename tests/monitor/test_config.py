"""The configuration: what is not given has a default, what is wrong is named."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from alerts.schedule import cron_trigger
from monitor.config import Schedule, load_settings
from notices.errors import ConfigurationError


def settings_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "monitor.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.home == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'tenderwatch.sqlite'}"
    assert (settings.desk.url, settings.routes) == ("http://127.0.0.1:8000", ())


def test_the_environment_names_home_database_and_contact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = {
        "TENDERWATCH_HOME": str(tmp_path / "h"),
        "TENDERWATCH_DATABASE_URL": "postgresql://db/x",
        "TENDERWATCH_CONTACT": "desk@example.invalid",
    }
    settings = load_settings(told)
    assert (settings.home, settings.database_url) == (tmp_path / "h", "postgresql://db/x")
    assert settings.crawling.contact == "desk@example.invalid"
    assert load_settings(told, tmp_path / "other").home == tmp_path / "other"


def test_the_example_file_is_valid_and_has_every_section() -> None:
    example = Path(__file__).resolve().parents[2] / "monitor.example.toml"
    settings = load_settings({"TENDERWATCH_CONFIG": str(example)})
    assert settings.schedule.cron("ccgp-local", (0, 10)) == "10 */2 * * *"
    assert settings.schedule == Schedule(sources={"ccgp-local": "10 */2 * * *"})


@pytest.mark.parametrize(
    ("expected", "line"),
    [((0, 80), "20 18 * * *"), ((40, 40), "20 18 * * *"), ((0, 81), "20 */6 * * *"), ((50, 600), "20 */6 * * *")],
)
def test_a_source_with_few_notices_a_day_is_walked_once_a_day(expected: tuple[int, int], line: str) -> None:
    assert Schedule().cron("a", expected) == line
    assert Schedule(few_per_day=0).cron("a", expected) == "20 */6 * * *"
    assert Schedule(sources={"a": "0 * * * *"}).cron("a", expected) == "0 * * * *"


def test_the_examples_commented_channels_and_routes_are_valid_too(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[2] / "monitor.example.toml"
    _, commented = example.read_text(encoding="utf-8").split("# [[channel]]", 1)
    text = "\n".join(line.removeprefix("# ") for line in ("# [[channel]]" + commented).splitlines() if line != "#")
    tables = "\n".join(line for line in text.splitlines() if re.match(r"\[|[a-z_]+ = ", line))
    settings = load_settings({"TENDERWATCH_CONFIG": str(settings_of(tmp_path, tables))})
    assert sorted(settings.channels) == ["case-system", "desk-mail"]
    assert [route.name for route in settings.routes] == ["restricted chips", "everything else"]


def test_weekdays_count_from_sunday_as_in_crontab() -> None:
    friday = cron_trigger("0 9 * * 5", "Asia/Shanghai").get_next_fire_time(None, datetime(2026, 11, 2, tzinfo=UTC))
    assert friday is not None
    assert friday.date() == date(2026, 11, 6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[crawling]\ndaily_budget = 0", r"monitor.toml: crawling\.daily_budget: .*greater than or equal to 1"),
        ("[desk]\nport = 'x'", r"desk\.port"),
        ("[desk]\nprot = 1", r"desk\.prot: there is no such key"),
        ("[schedule]\ndefault = 'often'", r"schedule\.default"),
        ("[schedule]\nfew = 'seldom'", r"schedule\.few"),
        ("[schedule.sources]\nccgp-local = '99 * * * *'", r"schedule\.sources"),
        ("[crawling]\ncontact = '中文'", r"crawling\.contact: it must be one line of ASCII"),
        ("[desk", "is not TOML"),
        ("[[route]]\nname = 'r'\nto = ['nobody']", "nobody"),
    ],
)
def test_a_wrong_value_is_named_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        load_settings({"TENDERWATCH_CONFIG": str(settings_of(tmp_path, text))})


def test_a_file_that_was_named_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings({"TENDERWATCH_CONFIG": str(tmp_path / "none.toml")})
