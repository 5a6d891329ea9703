"""Reads the answers of the campus procurement system 思必得 (云采通): lists of publications, and a publication."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urljoin

from notices.errors import UnreadablePageError
from spiders.pages.answer import at, markup, moment, number, read_answer, rows_at, text, title, words_of
from spiders.pages.dom import parse, text_of
from spiders.pages.record import Listing, Record, completed, listing

# What may be bought with computing in it, and what says that the goods are told elsewhere.
_MAY_COMPUTE = re.compile(
    r"服务器|算力|GPU|显卡|智能|智算|智慧|模型|云|计算|工作站|信息|软件|系统|平台|数据|数字|网络|集群|存储|仿真|渲染|机房|"
    r"设备|仪器|装置|实验|科研|科学|教学|电子|电教|AI|API|HPC|token",
    re.IGNORECASE,
)
_TOLD_ELSEWHERE = re.compile(r"附\s*件|详见|见采购文件|需求书|清单")
PROVIDER = "https://provider.yuncaitong.cn"
FILES = "https://file.yuncaitong.cn"


def read_list(body: bytes, base: str) -> Listing:
    """A page of a section; `count` is what the system states for all of it."""
    answer = read_answer(body, base)
    rows = rows_at(answer, base, "resultset")
    return listing((_record(row, base) for row in rows), number(at(answer, "count")))


def read_detail(body: bytes, record: Record) -> Record:
    """The record with a publication's body, or with the file that is its body; UnreadablePageError if it is none."""
    answer = read_answer(body, record.url)
    identity, made = text(answer, "id"), moment(answer, "createTime")
    if not identity:
        raise UnreadablePageError(f"{record.url}: no publication in the answer; the site says {words_of(answer)!r}")
    kind, content = text(answer, "contentType").upper(), markup(answer, "content")
    files = list(_files(answer))
    if made and (kind == "PDF" or not content):
        name = "content.pdf" if kind == "PDF" else "content.html"
        files.insert(0, (f"{PROVIDER}/publish/{made:%Y/%m/%d}/{identity}/{name}", f"公告正文{name[7:]}"))
    return completed(
        record,
        html=content if kind != "PDF" else "",
        files=tuple(files),
        published=record.published or made,
        title=record.title or title(answer, "subject", "title"),
    )


def detail_address(url: str) -> str:
    """Where the body of the publication lies whose page is `url`; "" if that page is no publication's."""
    found = re.search(r"#/publish/(\w+)$", url)
    return f"{PROVIDER}/api/publish/{found[1]}" if found else ""


def files_address(body: bytes, url: str) -> str:
    """Where the maker's further description of a publication lies, which lists its attachments; "" if not needed."""
    answer = read_answer(body, url)
    identity, made = text(answer, "id"), moment(answer, "createTime")
    return f"{PROVIDER}/publish/{made:%Y/%m/%d}/{identity}.sson" if identity and made and not _files(answer) else ""


def may_have_more(record: Record) -> bool:
    """Whether a publication's attachments are worth a second question: it may be about computing, says too little of
    what is bought, or points to an attachment. Furniture with its list in the body is not."""
    words = text_of(parse(record.html))
    return bool(not words or _MAY_COMPUTE.search(record.title + words) or _TOLD_ELSEWHERE.search(words))


def with_files(body: bytes, record: Record) -> Record:
    """The record with the attachments of that description too."""
    files = dict(record.files) | dict(_files(read_answer(body, record.url)))
    return replace(record, files=tuple(files.items()))


def _record(row: dict[str, Any], base: str) -> Record:
    shared, own = text(row, "syncId"), text(row, "id")
    content = markup(row, "contentHtml")
    return Record(
        id=own or shared,
        url=_page(row, base, own, shared),
        title=title(row, "subject", "businessName"),
        published=moment(row, "beginTime", "begin_time", "syncTime", "sync_time", "pdate", "createTime"),
        detail=f"{PROVIDER}/api/publish/{shared}" if shared and not content else "",
        html=content,
        project_code=text(row, "tenderNo"),
    )


def _page(row: dict[str, Any], base: str, own: str, shared: str) -> str:
    """The page that a person opens."""
    if shared:
        return urljoin(base, f"/provider/#/publish/{shared}")
    if text(row, "newType") == "1" and text(row, "catalog"):
        return urljoin(base, f"/sfw_cms/e?{urlencode({'page': 'cms.detail', 'cid': text(row, 'catalog'), 'aid': own})}")
    stated = text(row, "fullUrl")
    return (
        urljoin(base, stated) if stated else urljoin(base, f"/sfw_cms/e?{urlencode({'page': 'cms.cgtext', 'id': own})}")
    )


def _files(answer: dict[str, Any]) -> list[tuple[str, str]]:
    listed = at(answer, "attach") or at(answer, "publish", "attach")
    each = [file for file in listed if isinstance(file, dict)] if isinstance(listed, list) else []
    return [(f"{FILES}/{text(file, 'id')}", text(file, "name") or "附件") for file in each if text(file, "id")]
