"""Every answer of the demonstration portal, rendered once: lists, details and attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.demo.portal.body import CONTACT, address_of, body_of, ten_thousands
from monitor.demo.portal.notices import CHANNELS, LEVELS, Attachment, DemoNotice
from monitor.demo.portal.office import write_docx, write_xlsx, zip_of
from monitor.demo.portal.pdf import write_pdf

PAGE_SIZE = 20
HTML = "text/html; charset=utf-8"
ROBOTS = "User-agent: *\nDisallow: /admin/\n"
STYLE = "body{font:15px/1.7 sans-serif;max-width:1000px;margin:1em auto}td,th{padding:.2em .5em}.footer{color:#666}"
CONTENT_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".txt": "text/plain",
    ".html": "text/html",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its bytes, its Content-Type and, for a file, the name to save it under."""

    body: bytes
    content_type: str = HTML
    file_name: str = ""

    @property
    def disposition(self) -> str:
        return f"attachment; filename*=UTF-8''{quote(self.file_name)}" if self.file_name else ""


def render_site(notices: Sequence[DemoNotice]) -> dict[str, Page]:
    """All pages by path and query. The notices come newest first."""
    templates = Environment(
        loader=PackageLoader("monitor.demo.portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.globals |= {"ten_thousands": ten_thousands, "address_of": address_of, "contact": CONTACT}
    site = {
        "/robots.txt": Page(ROBOTS.encode(), "text/plain"),
        "/css/detail.css": Page(STYLE.encode(), "text/css"),
    }
    for level, shown in LEVELS.items():
        for kind, (label, _) in CHANNELS.items():
            channel = f"{level}/{kind}"
            listed = [notice for notice in notices if notice.channel == channel]
            site |= _list_pages(templates, channel, {"level": shown, "label": label}, listed)
    for notice in notices:
        site[notice.path] = Page(_render_detail(templates, notice, notices))
        for attachment in notice.attachments:
            kind = CONTENT_TYPES[PurePath(attachment.title).suffix]
            site[attachment.path] = Page(write_attachment(attachment), kind, attachment.title)
    counts = [
        (f"{level}/{kind}", shown, label, sum(notice.channel == f"{level}/{kind}" for notice in notices))
        for level, shown in LEVELS.items()
        for kind, (label, _) in CHANNELS.items()
    ]
    home = Page(templates.get_template("home.html.j2").render(channels=counts).encode())
    return site | {"/": home, "/cggg/": home}


def write_attachment(attachment: Attachment) -> bytes:
    """An attachment's bytes, in the format that its title's ending names."""
    return _write(attachment.title, attachment.content)


def _write(title: str, content: Mapping[str, Any]) -> bytes:
    suffix = PurePath(title).suffix
    if suffix == ".docx":
        return write_docx(content["paragraphs"], content.get("table", ()))
    if suffix == ".xlsx":
        return write_xlsx(content["sheets"])
    if suffix == ".pdf":
        return write_pdf(content["pages"])
    if suffix == ".zip":
        return zip_of({member["title"]: _write(member["title"], member) for member in content["files"]})
    if suffix == ".txt":
        return "\r\n".join(content["paragraphs"]).encode("gbk")
    if suffix == ".html":
        lines = "".join(f"<p>{line}</p>" for line in content["paragraphs"])
        return f'<html><head><meta charset="gb2312"></head><body>{lines}</body></html>'.encode("gbk")
    raise ValueError(f"{title}: no writer for {suffix!r}; those known are {', '.join(CONTENT_TYPES)}")


def _list_pages(
    templates: Environment, channel: str, words: Mapping[str, str], listed: Sequence[DemoNotice]
) -> dict[str, Page]:
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    site = {}
    for number in range(pages):
        shown = listed[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        text = templates.get_template("list.html.j2").render(notices=shown, number=number, pages=pages, **words)
        site[f"/cggg/{channel}/index_{number}.htm" if number else f"/cggg/{channel}/index.htm"] = Page(text.encode())
    site[f"/cggg/{channel}/"] = site[f"/cggg/{channel}/index.htm"]
    return site


def _render_detail(templates: Environment, notice: DemoNotice, notices: Sequence[DemoNotice]) -> bytes:
    related = [other for other in notices if other.channel == notice.channel and other is not notice][:3]
    page = templates.get_template("detail.html.j2").render(
        notice=notice, level=LEVELS[notice.level], layout=_layout(notice), sections=body_of(notice), related=related
    )
    return page.encode()


def _layout(notice: DemoNotice) -> str:
    """Central notices come as lines with <br/>; the provinces' systems differ, three of them in turn."""
    if notice.level == "zygg":
        return "lines" if notice.kind != "tender" else "paragraphs"
    return ("paragraphs", "blocks", "area")[int(notice.id) % 7 % 3]
