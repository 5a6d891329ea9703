"""The pictures of pages over HTTP: only of the finding's own pages, and said to be missing where they are."""

from dataclasses import replace

import pytest

from monitor.review.page_image import Pictures
from notices.document import Text
from notices.finding import Place
from storage import Store
from tests.documents.making import PICTURE, pdf, shown
from tests.review import invented
from tests.review.conftest import Desk, browse, visible

FILE = pdf([PICTURE, shown([(60, 700, "训练服务器 H100 80GB")], size=18)])
LINE = "训练服务器 H100 80GB"


def attached(desk: Desk, origin: str = "#page=2", kind: str = "pdf", data: bytes = FILE, keep: bool = True) -> str:
    """Gives the H100 finding its place in the first attachment; returns its key."""
    with desk.store.begin() as unit:
        stored = unit.notices.get(invented.SOURCE, "n1")
        assert stored is not None
        first = unit.documents.of_notice(stored.id)[0]
        if keep:
            capture = invented.write_capture(desk.captures, first.document.url, data, "application/pdf")
            unit.documents.captured(stored.id, first.document.url, unit.captures.add(capture))
        unit.documents.set_read(first.id, "read", "", kind, [Text(origin, LINE)], invented.NOW)
        place = Place(f"document:1{origin}", 6, 15, "H100 80GB")
        found = replace(invented.H100, place=place, also=(invented.place(invented.BODY, "兼容H100集群"),))
        (key,) = unit.findings.replace(stored.id, invented.SOURCE, [found], invented.NOW)
    return key


def test_the_page_of_the_quote_is_shown_as_a_picture(desk: Desk) -> None:
    key = attached(desk)
    page = desk.get(f"/findings/{key}")
    link = f"/findings/{key}/page.png?origin=document%3A1%23page%3D2"
    assert f'<img class="page" src="{link}" alt="Picture of Attachment 1, page 2; the quote is marked' in page
    answer = desk.client.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert desk.client.get(link).content == answer.content


def test_no_other_page_can_be_asked_for(desk: Desk) -> None:
    key = attached(desk)
    for origin in (
        "document:1%23page=1",
        "document:1%23page=3",
        "document:2%23page=1",
        "body",
        "",
        "document:1%23page=99999999",
    ):
        assert "no picture of such a page" in desk.get(f"/findings/{key}/page.png?origin={origin}", 404)
    desk.get("/findings/nothing/page.png?origin=body", 404)


@pytest.mark.parametrize(
    ("origin", "kind", "keep", "said"),
    [
        ("#sheet=报价", "xlsx", True, "only the pages of a PDF are drawn, and this file is of another kind (xlsx)"),
        ("", "docx", True, "of another kind (docx)"),
        ("#file=a.zip/b.pdf&page=2", "zip", True, "the file lies inside another one"),
        ("#page=2", "pdf", False, "the file is not kept"),
    ],
)
def test_where_there_is_no_picture_it_is_said_why(desk: Desk, origin: str, kind: str, keep: bool, said: str) -> None:
    key = attached(desk, origin, kind, keep=keep)
    page = desk.get(f"/findings/{key}")
    assert said in visible(page)
    assert "<img class=" not in page


def test_a_damaged_file_and_a_deleted_capture_are_clear_pages(desk: Desk) -> None:
    key = attached(desk, data=FILE[:200])
    answer = desk.client.get(f"/findings/{key}/page.png?origin=document:1%23page=2")
    assert answer.status_code == 503
    assert "the page cannot be shown as a picture" in answer.text
    for path in desk.captures.glob("*.warc.gz"):
        path.unlink()
    calm = browse(desk.store, desk.captures, raise_errors=False)
    assert calm.get(f"/findings/{key}/page.png?origin=document:1%23page=2").status_code == 503
    assert calm.get(f"/findings/{key}").status_code == 200


def test_a_finding_in_the_page_itself_has_no_pictures(desk: Desk) -> None:
    assert 'id="h-pages"' not in desk.get(f"/findings/{desk.keys['aws']}")


def test_the_pictures_that_are_kept_have_a_limit_and_the_oldest_goes() -> None:
    pictures = Pictures(most=1)
    pictures.draw(("a", 2, ("H100",)), FILE)
    assert pictures.get(("a", 2, ("H100",))) is None
    roomy = Pictures()
    drawn = roomy.draw(("a", 1, ()), FILE)
    roomy.draw(("b", 2, ()), FILE)
    assert roomy.get(("a", 1, ())) == drawn
    assert roomy.get(("c", 1, ())) is None


def test_the_documents_of_one_notice_are_its_own(sqlite_store: Store) -> None:
    with sqlite_store.begin() as unit:
        saved = unit.notices.save(invented.AWARD, invented.NOW)
        unit.notices.save(replace(invented.AWARD, id="other", project_code="other"), invented.NOW)
        assert [each.number for each in unit.documents.of_notice(saved.notice_id)] == [1, 2, 3]
