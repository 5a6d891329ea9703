"""More of an invented store than a test needs, so that a picture of each page has something to show."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from monitor.detection import Subject, detect
from monitor.stages.index import index_due
from monitor.watchlist import load_watchlist
from notices.document import FAILED, READ, UNREAD, Document, Text
from notices.duty import Assignment
from notices.money import Money
from notices.notice import Notice
from notices.party import Party
from notices.review import Review
from storage import Store
from storage.health import Condition, Receiver
from storage.store import Unit
from tests.documents.making import pdf, shown
from tests.review import invented

WATCHLIST = load_watchlist()
BUYER, SELLER, AGENCY = "青楠海洋观测研究所", "北泽恒远科技有限公司", "南汀招标咨询有限公司"
SPECIFIED = (
    "采购训练加速卡8张，技术参数如下：\n★显存容量 | ≥141GB HBM3e\n★显存带宽 | ≥4.8TB/s\n"
    "★卡间通过NVLink互联，互联带宽 | ≥900GB/s\n投标人须提供原厂授权函。"
)
CORRECTED = (
    "一、项目基本情况\n原公告的采购项目编号：QN-2025-031\n二、更正信息\n更正事项：采购文件\n更正内容：\n"
    "更正项 | 更正前内容 | 更正后内容\n"
    "第三章 技术要求 1.2 | 配置8张NVIDIA H20 96GB加速卡 | 配置8张NVIDIA H20 141GB加速卡\n"
    "开标时间 | 2025年03月28日 09:30 | 2025年04月08日 09:30\n三、其他补充事宜：其他内容不变。"
)
AWARDED = (
    "包号 | 供应商名称 | 中标金额（元）\n1 | 北泽恒远科技有限公司 | 4655000.00\n四、主要标的信息\n"
    "序号 | 货物名称 | 规格型号 | 数量 | 单价（元）\n"
    "1 | 推理服务器 | 配置8张NVIDIA H20 141GB加速卡 | 2台 | 2327500.00"
)
AGREED = (
    "合同编号：QN-HT-2025-118\n供应商（乙方）：北泽恒远科技有限公司\n合同金额：465.5万元\n"
    "主要标的：推理服务器2台，配置8张NVIDIA H20 141GB加速卡"
)
# Kind, day, what it is called, its text: one procedure from the intention to the contract.
STEPS = (
    ("intention", "2025-01-14", "采购意向", "采购需求概况：拟采购推理服务器2台，每台配置8张NVIDIA H20加速卡。"),
    ("tender", "2025-03-05", "公开招标公告", "采购推理服务器2台，每台配置8张NVIDIA H20 96GB加速卡。"),
    ("correction", "2025-03-19", "更正公告", CORRECTED),
    ("award", "2025-04-20", "中标结果公告", AWARDED),
    ("contract", "2025-05-16", "合同公告", AGREED),
)
MODELS = ("NVIDIA A800 80GB", "NVIDIA H800 80GB", "NVIDIA L40S 48GB", "NVIDIA A100 80GB", "NVIDIA RTX 4090 24GB",
          "NVIDIA H20 96GB", "Azure OpenAI GPT-4接口", "亚马逊云AWS账号", "NVIDIA H100 80GB")  # fmt: skip
REGIONS = ("110000", "310000", "440000", "330000", "320000", "510000", "420000", "610000", "430000", "370000",
           "340000", "500000", "120000", "210000")  # fmt: skip
PAGES = pdf([
    shown([(72, 760, "第一章 投标须知")], size=16),
    shown([(72, 760, "第三章 技术要求"), (72, 720, "训练服务器：配置8张NVIDIA H100 80GB SXM5"),
           (72, 690, "数量：2台；质保：三年；交货期：合同签订后60日内")], size=14),
])  # fmt: skip


def add(store: Store, captures: Path, keys: dict[str, str]) -> dict[str, str]:
    """Adds a procedure of five notices, a specification, a page of a PDF, four years of purchases, people's work."""
    with store.begin() as unit:
        found = {"specification": _judged(unit, _specified())[0], "page": _page(unit, captures)}
        for number, row in enumerate(STEPS):
            found[row[0]] = _judged(unit, _step(number, *row))[0]
        changed = _step(1, *STEPS[1])
        later = replace(
            changed, text=changed.text + "\n本项目不接受联合体投标。", budget=Money(Decimal(5100000), "CNY")
        )
        unit.notices.save(later, invented.NOW - timedelta(days=300))
        many = [key for number in range(60) for key in _judged(unit, _purchase(number))]
        _work(unit, keys | found, many)
    index_due(store)
    return keys | found


def _judged(unit: Unit, made: Notice) -> list[str]:
    day = date.fromisoformat(made.published_on) if made.published_on else None
    texts = (Text("title", made.title), Text("body", made.text))
    found = detect(Subject(made.id, made.kind, day, texts, made.buyer), WATCHLIST)
    saved = unit.notices.save(made, invented.NOW)
    return unit.findings.replace(saved.notice_id, made.source, found, invented.NOW)


def _day(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T02:00:00+00:00").astimezone(UTC)


def _specified() -> Notice:
    buyer = (Party("霁川智能计算研究所", "buyer"),)
    return invented.notice(
        200, "霁川智能计算研究所训练节点采购公告", "tender", SPECIFIED, published=_day("2026-03-01"), parties=buyer,
        budget=Money(Decimal(9600000), "CNY", "960万元"), region="440000",
    )  # fmt: skip


def _step(number: int, kind: str, day: str, title: str, text: str) -> Notice:
    parties = (Party(BUYER, "buyer"), Party(AGENCY, "procuringEntity"))
    told: dict[str, object] = {"budget": Money(Decimal(4800000), "CNY", "480万元")} if number < 2 else {}
    if number > 2:
        parties += (Party(SELLER, "supplier"),)
        told = {"award": Money(Decimal(4655000), "CNY", "4655000.00元")}
    return invented.notice(
        210 + number, f"{BUYER}推理平台建设项目{title}", kind, text, published=_day(day), parties=parties, label=title,
        project_code="QN-2025-031", region="山东", url=f"https://portal.invalid/notice/qn{number}.htm", **told,
    )  # fmt: skip


def _page(unit: Unit, captures: Path) -> str:
    url = "https://portal.invalid/a/zhaobiao.pdf"
    buyer = (Party("望潮大学", "buyer"),)
    made = invented.notice(
        220, "望潮大学训练平台公开招标公告", "tender", "采购需求见附件。", published=_day("2026-02-11"), parties=buyer,
        region="330000", documents=(Document(url, "招标文件.pdf"), Document(url + "x", "图纸.dwg")),
    )  # fmt: skip
    saved = unit.notices.save(made, invented.NOW)
    first, second = unit.documents.of_notice(saved.notice_id)
    capture = invented.write_capture(captures, url, PAGES, "application/pdf")
    unit.documents.captured(saved.notice_id, url, unit.captures.add(capture))
    line = "训练服务器：配置8张NVIDIA H100 80GB SXM5"
    words = [Text("#page=1", "第一章 投标须知"), Text("#page=2", f"第三章 技术要求\n{line}\n数量：2台；质保：三年")]
    unit.documents.set_read(first.id, READ, "", "pdf", words, invented.NOW)
    unit.documents.set_read(second.id, FAILED, "a file of this kind is not read", "dwg", [], invented.NOW)
    texts = (Text("title", made.title), Text("body", made.text), Text("document:1#page=2", words[1].content))
    found = detect(Subject(made.id, made.kind, date(2026, 2, 11), texts, made.buyer), WATCHLIST)
    return unit.findings.replace(saved.notice_id, made.source, found, invented.NOW)[0]


def _purchase(number: int) -> Notice:
    """One of many purchases over four years: by twelve buyers of all regions, from five sellers."""
    kind = ("tender", "award", "award", "contract")[number % 4]
    parties = (Party(f"{'东西南北中上'[number % 6]}岭{'理工大学研究所'[number % 2 * 4 :][:4]}", "buyer"),)
    told: dict[str, object] = {"budget": Money(Decimal(100000 + 71000 * number), "CNY")}
    if kind in ("award", "contract"):
        parties += (Party(f"{'恒远云帆启'[number % 5]}成信息技术有限公司", "supplier"),)
        told = {"award": Money(Decimal(90000 + 70000 * number), "CNY")}
    model = MODELS[number * 7 % len(MODELS)]
    documents = tuple(Document(f"https://portal.invalid/b/{number}-{n}", f"附件{n}.pdf") for n in range(number % 3))
    day = date(2022, 3, 1) + timedelta(days=24 * number)
    return invented.notice(
        300 + number, f"第{number + 1}批算力设备采购{'公告' if kind == 'tender' else '结果公告'}", kind,
        f"采购内容：{model}，数量{number % 9 + 1}套。", published=_day(day.isoformat()), parties=parties,
        region=REGIONS[number * number % len(REGIONS)], documents=documents, **told,
    )  # fmt: skip


def _work(unit: Unit, keys: dict[str, str], many: list[str]) -> None:
    now = invented.NOW
    unit.saved_filters.add("analyst", "上海与广东的加速卡", "category=gpu&region=310000", now)
    unit.saved_filters.add("analyst", "Awards since 2024", "kind=award&since=2024-01-01", now)
    for number, key in enumerate(many):
        if number % 3 == 0:
            rejected = number % 9 == 0
            reason = ("confusable", "existing", "compatibility")[number % 3] if rejected else ""
            given = "rejected" if rejected else "confirmed"
            unit.reviews.add(Review(key, given, "", "analyst", now - timedelta(hours=number), reason))
    unit.duties.assign(0, Assignment(keys["page"], "审读甲", "2026-03-02", "analyst", now))
    unit.duties.assign(0, Assignment(keys["h100"], "审读乙", "2026-03-20", "analyst", now))
    unit.health.set_receiver(
        Receiver("team-hook", "https://hooks.invalid/…", 6, now - timedelta(hours=7), error="the receiver answered 503")
    )
    said = "beize-portal: 12 notices dated 2026-03-03, at least 40 are expected"
    unit.health.set_condition(Condition("expected beize-portal", said, now - timedelta(days=2), now, None))
    for each in unit.documents.all():
        if each.document.url.startswith("https://portal.invalid/b/"):
            state = (READ, READ, UNREAD)[each.id % 3]
            unit.documents.set_read(each.id, state, "" if state == READ else "not read yet", "pdf", [], now)
