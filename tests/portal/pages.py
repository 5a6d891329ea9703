"""The pages of the test portal, in the structure of the national portal; all content is invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

CHANNELS = {
    "gkzb": "公开招标公告", "yqzbgg": "邀请招标公告", "jzxcs": "竞争性磋商公告", "jzxtpgg": "竞争性谈判公告",
    "xjgg": "询价公告", "zgysgg": "资格预审公告", "dylygg": "单一来源公告", "zbgg": "中标公告",
    "cjgg": "成交公告", "gzgg": "更正公告", "fblbgg": "终止公告", "qtgg": "其他公告",
}  # fmt: skip
LEVELS = {"zygg": "中央公告", "dfgg": "地方公告"}


@dataclass(frozen=True, slots=True)
class PortalDocument:
    """An attachment: its name in the page, its bytes, and the uuid that it is served under."""

    title: str
    data: bytes
    uuid: str
    content_type: str = "application/octet-stream"

    @property
    def path(self) -> str:
        return f"/oss/download?uuid={self.uuid}"


@dataclass(frozen=True, slots=True)
class PortalNotice:
    """One notice of the test portal. `channel` is like "dfgg/zbgg"; `body` is HTML; `published` is Beijing time."""

    id: str
    channel: str
    title: str
    published: datetime
    body: str = "<p>采购内容：办公家具一批。</p>"
    buyer: str = "望潮市公共事务中心"
    region: str = "浙江"
    code: str = ""
    documents: tuple[PortalDocument, ...] = ()

    @property
    def path(self) -> str:
        return f"/cggg/{self.channel}/{self.published:%Y%m}/t{self.published:%Y%m%d}_{self.id}.htm"


def made_up_notices(count: int, channels: Sequence[str], newest: datetime) -> list[PortalNotice]:
    """`count` ordinary notices, dealt over the channels in turn, an hour apart, the newest first."""
    return [
        PortalNotice(
            id=str(50_000_000 + count - number),
            channel=channels[number % len(channels)],
            title=f"望潮市办公物资采购项目（{count - number}）",
            published=newest - timedelta(hours=number),
            body=f"<p>一、项目编号：WC-{count - number:05d}</p><p>采购内容：办公桌{number % 9 + 1}张、文件柜2组。</p>",
            code=f"WC-{count - number:05d}",
        )
        for number in range(count)
    ]


def render_list(channel: str, notices: Sequence[PortalNotice], number: int, pages: int) -> str:
    """List page `number` (from 0) of `pages`."""
    level, kind = channel.split("/")
    return (
        '<!doctype html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />'
        f"<title>{CHANNELS[kind]}_{LEVELS[level]}</title></head><body>\n"
        '<div class="main_list_lt_list"><ul class="c_list_bid">\n'
        + "\n".join(_row(notice) for notice in notices)
        + '\n</ul></div><p class="pager"><script language="JavaScript">'
        f"Pager({{size:{pages},current:{number},prefix:'index',suffix:'htm'}});</script></p></body></html>"
    )


def _row(notice: PortalNotice) -> str:
    title, name = escape(notice.title), notice.path.rsplit("/", 2)
    return (
        f'<li>\n<a href="./{name[1]}/{name[2]}" style="line-height:18px" title="{title}" target="_blank">{title}</a>\n'
        f" 发布时间：<em>{notice.published:%Y-%m-%d %H:%M}</em> 地域：<em>{escape(notice.region)}</em>"
        f" 采购人：<em>{escape(notice.buyer)}</em>\n</li>"
    )


def render_detail(notice: PortalNotice) -> str:
    """A detail page in the standard template: metas, heading, summary table, body, end-of-body comment."""
    title, when = escape(notice.title), f"{notice.published:%Y-%m-%d %H:%M}"
    shown = f"{notice.published:%Y年%m月%d日 %H:%M}"
    rows = [
        ("采购项目名称", title),
        ("采购单位", escape(notice.buyer)),
        ("行政区域", escape(notice.region)),
        ("公告时间", shown),
    ]
    rows += [
        (
            f"附件{n}",
            f'<a class="bizDownload" href="" id="{document.uuid}" title="点击下载">{escape(document.title)}</a>',
        )
        for n, document in enumerate(notice.documents, 1)
    ]
    table = "".join(f"<tr><td class='title'>{label}</td><td colspan='3'>{value}</td></tr>" for label, value in rows)
    return _DETAIL.format(title=title, when=when, shown=shown, table=table, body=notice.body)


_DETAIL = """<!doctype html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="ArticleTitle" content="{title}" />
<meta name="PubDate" content="{when}" />
<title>{title}</title>
</head>
<body id="detail">
<div class="vF_deail_maincontent"><div class="vF_detail_main">
<div class="vF_detail_header"><h2 class="tc">{title}</h2><p class="tc"><span id="pubTime">{shown}</span></p></div>
<div class='table'><h5>公告概要：</h5><table><tr><td colspan='4'><b>公告信息：</b></td></tr>{table}</table></div>
<div class="vF_detail_content_container"><div class="vF_detail_content">
{body}
</div></div>
</div></div><!--vF_deail_maincontent-->
<div class="vF_detail_relcontent mt13"><h2><p>相关公告</p></h2><ul class="c_list_tat">\
<li><a href='#'>相关推荐，不属于本公告</a></li></ul></div>
</body>
</html>"""
