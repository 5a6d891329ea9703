"""Reads the pages of 中国政府采购网 (www.ccgp.gov.cn): channel lists and both detail templates."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml import html

from notices.dates import find_moment
from notices.encoding import decode
from notices.errors import UnreadablePageError
from notices.fields import Fields, fields_of, method_code
from notices.html_blocks import Block, render
from notices.items import read_items
from notices.kinds import read_kind
from notices.money import Money
from notices.notice import Notice
from notices.pairs import read_statements
from notices.party import Party
from spiders.pages.challenge import refusal_in
from spiders.pages.dom import first, has_class, parse, read_blocks, text_of
from spiders.pages.links import read_documents
from spiders.pages.summary import Summary, read_summary

_ADDRESS = re.compile(r"/t(\d{8})_(\d+)\.html?$", re.IGNORECASE)
_LABELLED = re.compile(r"(发布时间|地域|采购人)\s*[:：]\s*$")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One notice on a channel list, as the list states it; `url` is canonical."""

    url: str
    title: str
    published: datetime | None
    region: str | None
    buyer: str | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A channel list page: its rows in order; `pages` is the number that its pager names (None if it has none)."""

    rows: tuple[ListRow, ...]
    pages: int | None = None


def notice_id(url: str) -> str | None:
    """The site's own id in a notice's address (…/t20260407_26352018.htm → 26352018); None if it is no notice's."""
    found = _ADDRESS.search(re.split(r"[?#]", url, maxsplit=1)[0])
    return found[2] if found else None


def canonical_url(url: str) -> str:
    """The address by which a notice is known: no query, no fragment, https on the site's own hosts (it serves both)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    if parts.scheme not in {"http", "https"}:
        return url.strip()
    scheme = "https" if (parts.hostname or "").endswith("ccgp.gov.cn") else parts.scheme
    return f"{scheme}://{parts.netloc}{parts.path}"


def read_list(body: bytes, url: str, content_type: str | None = None) -> ListPage:
    """The rows of a channel list (ul.c_list_bid). An empty list has no rows; no list at all is UnreadablePageError."""
    root = parse(decode(body, content_type))
    listed = first(root, f"//ul[{has_class('c_list_bid')}]", f"//ul[{has_class('ul_compa')}]")
    if listed is None:
        raise UnreadablePageError(f"{url}: no list (ul.c_list_bid) on the page; {_refusal(body)}")
    rows = (_row(item, url) for item in listed.iter("li"))
    pager = re.search(r"Pager\(\s*\{\s*size\s*:\s*(\d+)", html.tostring(root, encoding="unicode"))
    return ListPage(tuple(row for row in rows if row), int(pager[1]) if pager else None)


def read_notice(body: bytes, url: str, label: str, source: str, content_type: str | None = None) -> Notice:
    """The notice of a detail page; `label` is the channel's word for its kind (公开招标公告, 其他公告 …).

    UnreadablePageError names what is missing: the id in the address, the title, or any content at all.
    """
    identity = notice_id(url)
    if identity is None:
        raise UnreadablePageError(f"{url}: the address has no notice id (t<date>_<id>.htm)")
    root = parse(decode(body, content_type))
    title = _title(root)
    if not title:
        raise UnreadablePageError(f"{url}: the page has no title (meta ArticleTitle or h2.tc); {_refusal(body)}")
    summary = read_summary(root)
    content = _content(root)
    blocks = read_blocks(content, _left_out(content)) if content is not None else ()
    documents = read_documents(_scope(root), content, canonical_url(url))
    if content is None and not summary.values:
        raise UnreadablePageError(f"{url}: the page has neither a body (div.vF_detail_content) nor a summary table")
    text = render(blocks)
    return _notice(
        Notice(source, identity, canonical_url(url), title, "other", _published(root, summary, url), label=label),
        blocks=blocks,
        text=text or summary.text,
        summary=summary,
    ).with_documents(documents)


def _notice(bare: Notice, *, blocks: tuple[Block, ...], text: str, summary: Summary) -> Notice:
    kind = read_kind(bare.label, bare.title, text)
    statements = read_statements(blocks)
    fields = fields_of(statements, text, kind, bare.title)
    parties = _parties(summary, fields)
    buyer = next((party.name for party in parties if party.role == "buyer"), None)
    return Notice(
        source=bare.source,
        id=bare.id,
        url=bare.url,
        title=bare.title,
        kind=kind,
        published=bare.published,
        text=text,
        label=bare.label,
        parties=parties,
        project_code=fields.project_code or summary.project_code,
        method=fields.method or method_code(bare.label) or method_code(bare.title),
        method_label=fields.method_label or _method_word(bare.label) or _method_word(bare.title),
        region=summary.region or fields.region,
        category=summary.category or fields.category,
        budget=_agreed(summary.budget, fields.budget),
        award=None if kind not in {"award", "contract", "acceptance"} else _award(summary, fields),
        terms=fields.terms,
        items=read_items(statements, kind, fields.project_name or summary.values.get("采购项目名称"), buyer),
    )


def _award(summary: Summary, fields: Fields) -> Money | None:
    """A rate in the body makes the summary's total a rate too: the site then writes 98 % as 98 万元."""
    return None if fields.rate else _agreed(summary.award, fields.award)


def _agreed(summary: Money | None, body: Money | None) -> Money | None:
    """The summary's total, which counts all lots; the body's where the summary has none or took 元 for 万元."""
    if summary is None or not summary.amount:
        return body if body and body.amount else None
    return body if body and body.amount * 10_000 == summary.amount else summary


def _parties(summary: Summary, fields: Fields) -> tuple[Party, ...]:
    stated = {party.role: party for party in summary.parties}
    rest = [party for party in fields.parties if party.role not in stated]
    return (*summary.parties, *rest)


def _method_word(text: str) -> str | None:
    found = re.search(r"公开招标|邀请招标|竞争性谈判|竞争性磋商|询价|单一来源|框架协议", text)
    return found[0] if found else None


def _title(root: html.HtmlElement) -> str:
    meta = first(root, "//meta[translate(@name, 'ARTICLETITLE', 'articletitle')='articletitle']")
    stated = " ".join(meta.get("content", "").split()) if meta is not None else ""
    heading = first(
        root,
        f"//h2[{has_class('tc')}]",
        f"//*[{has_class('vF_detail_header')}]//h2",
        "//*[@id='noticeArea']/h2",
    )
    return stated or text_of(heading)


def _published(root: html.HtmlElement, summary: Summary, url: str) -> datetime | None:
    meta = first(root, "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']")
    stated = (
        meta.get("content", "") if meta is not None else "",
        text_of(first(root, "//*[@id='pubTime']")),
        summary.published or "",
        text_of(first(root, "//p[@name='releaseDateSpan']")),
    )
    moments = [moment for text in stated if (moment := find_moment(text))]
    if moments:
        # One place may give only the day where another gives the hour of that same day.
        timed = (moment for moment in moments if moment.date() == moments[0].date() and (moment.hour or moment.minute))
        return next(timed, moments[0])
    in_address = _ADDRESS.search(urlsplit(url).path)
    return find_moment(in_address[1]) if in_address else None


def _content(root: html.HtmlElement) -> html.HtmlElement | None:
    return first(
        root,
        f"//div[{has_class('vF_detail_content')}]",
        "//*[@id='noticeArea']",
        f"//div[{has_class('vF_detail_content_container')}]",
    )


def _scope(root: html.HtmlElement) -> html.HtmlElement:
    """Where attachments may be linked: the main content, which holds the summary table and the list 附件信息 too."""
    scope = first(
        root, f"//div[{has_class('vF_deail_maincontent')}]", f"//div[{has_class('vF_detail_main')}]", "//body"
    )
    return scope if scope is not None else root


def _left_out(content: html.HtmlElement) -> tuple[html.HtmlElement, ...]:
    return tuple(content.xpath(f".//*[{has_class('vF_detail_relcontent')} or {has_class('vF_detail_header')}]"))


def _row(item: html.HtmlElement, url: str) -> ListRow | None:
    anchor = first(item, ".//a[@href]")
    if anchor is None:
        return None
    stated: dict[str, str] = {}
    for mark in item.iter("em", "span"):
        before = (mark.getprevious().tail if mark.getprevious() is not None else item.text) or ""
        found = _LABELLED.search(before)
        if found:
            stated[found[1]] = text_of(mark)
    return ListRow(
        url=canonical_url(_joined(url, anchor.get("href", "").strip())),
        title=" ".join((anchor.get("title") or text_of(anchor)).split()),
        published=find_moment(stated.get("发布时间", "")),
        region=stated.get("地域") or None,
        buyer=stated.get("采购人") or None,
    )


def _joined(url: str, reference: str) -> str:
    try:
        return urljoin(url, reference)
    except ValueError:
        return reference


def _refusal(body: bytes) -> str:
    return refusal_in(body, 200) or "the layout may have changed"
