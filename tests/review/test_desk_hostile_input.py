"""Archived pages are hostile: nothing of them runs, loads or leads astray; strangers are not answered."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from notices.errors import TenderwatchError
from storage import Store, open_store
from tests.review import invented
from tests.review.conftest import Desk, browse

HANDED_OUT = "default-src 'none'; sandbox; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [str(attributes[attribute]) for _, attributes in self.found if attribute in attributes]


def addresses(desk: Desk) -> list[str]:
    keys = [desk.keys["hostile"], desk.keys["h100"]]
    return ["/", "/?view=all&words=onerror", "/alerts", "/runs", *(f"/findings/{key}" for key in keys), *captures(desk)]


def captures(desk: Desk) -> list[str]:
    with desk.store.read() as unit:
        return [f"/captures/{kept.capture.sha256}" for kept in unit.captures.all()]


def test_a_hostile_notice_is_text_on_every_page(desk: Desk) -> None:
    for address in addresses(desk):
        page = Elements(desk.get(address))
        names = {name for _, attributes in page.found for name in attributes}
        assert not [name for name in names if name.startswith("on") or name == "style"], address
        tags = [tag for tag, _ in page.found]
        assert not {"svg", "iframe", "object", "embed", "base", "style"} & set(tags), address
        assert tags.count("link") == 3
        assert [attributes.get("src") for tag, attributes in page.found if tag == "script"] == ["/static/desk.js"]
        assert {attributes.get("src") for tag, attributes in page.found if tag == "img"} == {"/static/mark.svg"}
        assert not [attributes for tag, attributes in page.found if tag == "meta" and "http-equiv" in attributes]
        assert all(action.startswith("/") or not action for action in page.values("action"))
        assert not [link for link in page.values("href") if link.lower().startswith(("javascript", "data"))]


def test_the_hostile_words_can_be_read(desk: Desk) -> None:
    page = desk.get(f"/findings/{desk.keys['hostile']}")
    assert "&lt;script&gt;document.title=" in page
    assert "&lt;meta http-equiv=" in page
    assert "no web address and is not linked" in page
    assert "\u202e" not in page


def test_a_link_that_leaves_the_desk_tells_nothing_of_it(desk: Desk) -> None:
    leaving = 0
    for address in addresses(desk):
        for tag, attributes in Elements(desk.get(address)).found:
            if tag == "a" and str(attributes.get("href")).startswith("http"):
                leaving += 1
                assert attributes["rel"] == "noreferrer noopener"
    assert leaving >= 5


def test_a_capture_is_never_served_as_a_page(desk: Desk) -> None:
    for address in captures(desk):
        assert "never shown live" in desk.get(address)
        download = desk.client.get(f"{address}/download")
        assert download.headers["content-type"] == "application/octet-stream"
        assert re.fullmatch(
            r'attachment; filename="capture-[0-9a-f]{16}\.txt"', download.headers["content-disposition"]
        )
        for form in ("text", "source"):
            plain = desk.client.get(f"{address}/{form}")
            assert plain.headers["content-type"] == "text/plain; charset=utf-8"
            assert plain.headers["x-content-type-options"] == "nosniff"
            assert plain.headers["content-security-policy"] == HANDED_OUT


def test_a_capture_shows_where_when_and_what_was_kept_and_gives_its_very_bytes(desk: Desk) -> None:
    with desk.store.read() as unit:
        kept = next(iter(unit.captures.all())).capture
    address = f"/captures/{kept.sha256}"
    page = desk.get(address)
    for shown in (kept.url, "2026-03-05 10:00", kept.sha256, kept.warc, f"{kept.size:,} bytes", "have this SHA-256"):
        assert shown in page
    assert len(desk.client.get(f"{address}/download").content) == kept.size
    assert "配置8张NVIDIA H100" in desk.get(f"{address}/text")
    assert "alert(1)" not in desk.get(f"{address}/text")
    assert "<script>alert(1)</script>" in desk.get(f"{address}/source")
    assert address in desk.get(f"/findings/{desk.keys['h100']}")


def test_a_capture_of_a_file_is_only_downloaded(desk: Desk) -> None:
    pdf = b"%PDF-1.7 invented"
    with desk.store.begin() as unit:
        taken = invented.write_capture(desk.captures, "https://portal.invalid/a/2.pdf", pdf, "application/pdf")
        unit.captures.add(taken)
    assert "/text" not in desk.get(f"/captures/{taken.sha256}")
    desk.get(f"/captures/{taken.sha256}/text", 404)
    answer = desk.client.get(f"/captures/{taken.sha256}/download")
    assert answer.content == pdf
    assert answer.headers["content-disposition"].endswith('.pdf"')


def test_a_missing_or_damaged_capture_is_one_clear_sentence(desk: Desk) -> None:
    address = captures(desk)[0]
    archive = next(desk.captures.iterdir())
    archive.write_bytes(b"\x00" * archive.stat().st_size)
    assert "have this SHA-256" not in desk.get(address, 503)
    archive.unlink()
    page = desk.get(address, 503)
    assert "have this SHA-256" not in page
    assert 'role="alert"' in page
    assert archive.name in page
    for form in ("download", "text", "source"):
        assert "Not available at the moment" in desk.get(f"{address}/{form}", 503)
    desk.get("/captures/" + "0" * 64, 404)


@pytest.mark.parametrize(
    "address", ["/", "/sources", "/healthz", "/nowhere", "/?severity=x", "/static/desk.css", "/findings/x"]
)
def test_every_answer_carries_the_guarding_headers(desk: Desk, address: str) -> None:
    headers = desk.client.get(address).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "host", ["evil.invalid", "127.0.0.1.evil.invalid", "192.0.2.1", "localhost.evil.invalid:80", ""]
)
def test_a_foreign_host_name_is_not_answered(desk: Desk, host: str) -> None:
    answer = desk.client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "NVIDIA" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000"])
def test_this_machine_is_answered(desk: Desk, host: str) -> None:
    assert desk.client.get("/", headers={"host": host}).status_code == 200


def test_further_host_names_can_be_allowed(desk: Desk) -> None:
    client = browse(desk.store, desk.captures, hosts=("desk.newsroom.invalid",))
    assert client.get("/", headers={"host": "desk.newsroom.invalid"}).status_code == 200
    assert client.get("/").status_code == 400


def test_cookies_are_for_this_site_and_no_script(desk: Desk) -> None:
    cookies = desk.client.get("/?lang=zh").headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=strict" in cookie for cookie in cookies)


def test_a_store_without_tables_is_one_clear_sentence(tmp_path: Path) -> None:
    empty = open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    client = browse(empty, tmp_path)
    for address in ("/", "/findings/x", "/alerts", "/runs", "/captures/x"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "tenderwatch init" in answer.text
    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json()["status"] == "failing"
    empty.close()


def test_an_unforeseen_error_is_a_page_that_tells_nothing_and_is_guarded(sqlite_store: Store) -> None:
    def broken() -> tuple[()]:
        raise RuntimeError("a secret detail")

    client = browse(sqlite_store, Path("nowhere"), sources=broken, raise_errors=False)
    answer = client.get("/sources")
    assert answer.status_code == 500
    assert "Something failed" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == CSP


def test_sources_that_cannot_be_listed_are_one_clear_sentence(sqlite_store: Store) -> None:
    def unlisted() -> tuple[()]:
        raise TenderwatchError("the spiders cannot be listed: run `tenderwatch doctor`")

    answer = browse(sqlite_store, Path("nowhere"), sources=unlisted).get("/sources")
    assert answer.status_code == 503
    assert "run `tenderwatch doctor`" in answer.text


def test_what_is_not_there_is_said(desk: Desk) -> None:
    assert "no such finding" in desk.get("/findings/0123456789abcdef01234567", 404)
    assert desk.client.post("/sources").status_code == 405
    assert desk.client.get("/static/../app.py").status_code == 404


def test_what_is_handed_out_may_do_nothing_in_a_browser(desk: Desk) -> None:
    with desk.store.read() as unit:
        sha256 = next(iter(unit.captures.all())).capture.sha256
    key = desk.keys["h100"]
    kept = [f"/captures/{sha256}/{part}" for part in ("download", "text", "source")]
    files = [f"/findings/{key}/dossier", "/export/findings.csv", "/export/findings.jsonl", "/audit/export"]
    for path in (*kept, *files):
        headers = desk.client.get(path).headers
        assert headers["content-security-policy"] == HANDED_OUT, path
        assert headers["x-content-type-options"] == "nosniff", path
    assert "sandbox" not in desk.client.get("/").headers["content-security-policy"]
