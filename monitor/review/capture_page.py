"""A kept capture: what proves what was served. Its bytes are downloaded or read as plain text, never shown live."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.review.desk import Desk, check_language
from notices.document import Capture
from notices.encoding import decode
from notices.errors import StoreError
from notices.html_text import read_text
from storage.archive import read_capture
from storage.captures import StoredCapture

TEXTUAL = ("text/", "application/json", "application/xml", "application/xhtml")


def capture_page(desk: Desk, request: Request) -> Response:
    check_language(request)
    kept = _kept(desk, request)
    damage = ""
    try:
        _bytes_of(desk, kept)
    except StoreError as error:
        damage = str(error)
    return desk.page(
        request,
        "capture.html",
        503 if damage else 200,
        capture=kept[0].capture,
        others=[other.capture for other in kept[1:]],
        textual=is_textual(kept[0].capture),
        damage=damage,
    )


def capture_download(desk: Desk, request: Request) -> Response:
    kept = _kept(desk, request)
    name = f"capture-{kept[0].capture.sha256[:16]}.{_suffix(kept[0].capture)}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(_bytes_of(desk, kept), headers=headers, media_type="application/octet-stream")


def capture_text(desk: Desk, request: Request) -> Response:
    """The readable text of a kept page, as text/plain."""
    return _plain(desk, request, source=False)


def capture_source(desk: Desk, request: Request) -> Response:
    """The source of a kept page, as text/plain."""
    return _plain(desk, request, source=True)


def is_textual(capture: Capture) -> bool:
    """Whether a capture was served as text; anything else is only downloaded."""
    return capture.content_type.strip().lower().startswith(TEXTUAL)


def _plain(desk: Desk, request: Request, *, source: bool) -> Response:
    kept = _kept(desk, request)
    if not is_textual(kept[0].capture):
        raise HTTPException(404)
    text = decode(_bytes_of(desk, kept), kept[0].capture.content_type)
    shown = text if source else read_text(text)
    return PlainTextResponse(shown.encode("utf-8", "replace"), headers={"content-disposition": "inline"})


def _kept(desk: Desk, request: Request) -> list[StoredCapture]:
    with desk.store.read() as unit:
        kept = unit.captures.with_sha256(request.path_params["sha256"])
    if not kept:
        raise HTTPException(404, "no_capture")
    return kept


def _bytes_of(desk: Desk, kept: list[StoredCapture]) -> bytes:
    """The bytes from the first record that is whole; StoreError, that of the oldest record, if none is."""
    errors: list[StoreError] = []
    for each in kept:
        try:
            return read_capture(desk.captures, each.capture)
        except StoreError as error:
            errors.append(error)
    raise errors[0]


def _suffix(capture: Capture) -> str:
    """An ending under which a browser or desktop does not run the file: a page is saved as .txt."""
    if is_textual(capture):
        return "txt"
    return "pdf" if capture.content_type.lower().startswith("application/pdf") else "bin"
