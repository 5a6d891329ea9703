"""An invented archive of any size: notices as portals write them, some with attachments, some with findings.

A third of a notice is its kind's own phrases, so that some words stand in nearly all; the rest are clauses of words
of a vocabulary of 40,000 by Zipf's law, so that most words are rare. Everything follows from the seed.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, islice

from sqlalchemy import Connection, insert

from notices.document import READ, Document
from notices.finding import RELATIONS, SEVERITIES, Control, Finding, Place, Quantity
from notices.money import Money
from notices.notice import Notice, bare
from notices.party import Party
from notices.review import Review
from storage import Store
from storage.rows import encode
from storage.search_tables import search_due
from storage.tables import document, notice, revision, text

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
DAYS = 2500
BATCH = 2000
CLAUSES = 6000
WITH_ATTACHMENT = 0.12
KINDS = {
    "tender": "公开招标公告",
    "award": "中标结果公告",
    "intention": "采购意向公开",
    "correction": "更正公告",
    "contract": "合同公告",
}
REGIONS = (None, "110000", "310000", "320000", "330000", "440000", "510000", "610000", "420000", "370000")
SOURCES = tuple(f"portal-{number:02}" for number in range(40))
MODELS = (
    ("A100", 40), ("H100", 25), ("A800", 25), ("RTX 4090", 30), ("H20", 20), ("L40S", 10), ("DGX-H100", 4),
    ("V100", 30), ("B200", 2), ("MI300X", 1),
)  # fmt: skip
PHRASES = {
    "tender": "项目概况：潜在供应商应当在政府采购网获取招标文件，并于规定时间前提交投标文件。采购方式：公开招标。"
    "本项目不接受联合体投标。申请人的资格要求：落实政府采购政策需满足的资格要求。",
    "award": "中标（成交）信息：供应商名称、地址、中标金额见下表。评审专家名单及代理服务收费标准按规定执行。"
    "公告期限自本公告发布之日起1个工作日。",
    "intention": "为便于供应商及时了解政府采购信息，现将采购意向公开如下。"
    "本次公开的采购意向是初步安排，具体以相关采购公告和采购文件为准。",
    "correction": "原公告的采购项目名称及首次公告日期见附件。更正事项：采购文件。更正内容如下，其他内容不变。"
    "凡对本次公告内容提出询问，请联系采购人。",
    "contract": "合同编号、合同名称、项目编号、采购人（甲方）、供应商（乙方）信息如下。"
    "合同主要标的名称、规格型号、数量、单价及履约期限。",
}
FIELD = (
    "服务器", "算力", "平台", "设备", "软件", "系统", "数据", "存储", "网络", "模型", "训练", "实验室", "维护", "租赁",
    "人工智能", "高性能计算", "图形工作站", "交换机", "云服务", "显卡",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, the most frequent first, with their cumulated weights; names of buyers and suppliers."""

    words: list[str]
    weights: list[float]
    clauses: list[str]
    buyers: list[str]
    suppliers: list[str]


def lexicon(seed: int = 7) -> Lexicon:
    dice = random.Random(seed)
    characters = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
    dice.shuffle(characters)
    common = list(accumulate(1 / (rank + 20) for rank in range(len(characters))))

    def word(length: int) -> str:
        return "".join(dice.choices(characters, cum_weights=common, k=length))

    words = [word(dice.choices((2, 3, 4), (6, 2, 2))[0]) for _ in range(40_000)]
    for place, known in enumerate(FIELD):
        words.insert(10 + place * 40, known)
    weights = list(accumulate(1 / (rank + 30) for rank in range(len(words))))
    clauses = ["".join(dice.choices(words, cum_weights=weights, k=dice.randrange(3, 9))) for _ in range(CLAUSES)]
    buyers = [word(2) + dice.choice(("理工大学", "人民医院", "数据管理局", "研究院", "职业学院")) for _ in range(6000)]
    suppliers = [word(4) + dice.choice(("科技有限公司", "信息技术有限公司", "智能股份公司")) for _ in range(9000)]
    return Lexicon(words, weights, clauses, buyers, suppliers)


def notices(count: int, seed: int = 7) -> Iterator[tuple[Notice, tuple[str, ...]]]:
    """Notices with the pages of their attachment, in the order in which a crawl would have met them."""
    said, dice = lexicon(seed), random.Random(seed + 1)
    names, shares = zip(*MODELS, strict=True)
    for number in range(count):
        kind = dice.choices(tuple(KINDS), (40, 30, 12, 8, 10))[0]
        day = NOW - timedelta(days=DAYS * (count - number) / count, minutes=dice.randrange(600))
        if dice.random() < 0.1:
            day -= timedelta(days=dice.randrange(300))
        buyer, words = dice.choice(said.buyers), dice.choices(said.words, cum_weights=said.weights, k=3)
        title = f"{buyer}{''.join(words)}项目{KINDS[kind]}"
        code = f"XM-{2019 + number * 7 // count}-{dice.randrange(10**6):06}"
        model = dice.choices(names, shares)[0] if dice.random() < 0.03 else ""
        body = f"项目编号：{code}\n采购人：{buyer}\n{PHRASES[kind]}\n{prose(said, dice, dice.randrange(1, 12))}"
        if model:
            body += f"\n名称 | 规格型号 | 数量\nGPU服务器 | {model} | {dice.randrange(1, 9)}台"
        parties = [Party(buyer, "buyer")]
        if kind in {"award", "contract"}:
            parties.append(Party(dice.choice(said.suppliers), "supplier"))
            body += f"\n供应商名称：{parties[1].name}"
        pages: tuple[str, ...] = ()
        documents: tuple[Document, ...] = ()
        if dice.random() < WITH_ATTACHMENT:
            pages = tuple(prose(said, dice, 24) for _ in range(dice.randrange(1, 4)))
            documents = (Document(f"https://portal.invalid/d/{number}.pdf", "采购文件.pdf", "pdf", READ, ""),)
        yield (
            Notice(
                dice.choice(SOURCES), str(number), f"https://portal.invalid/n/{number}.htm", title, kind, day, body,
                KINDS[kind], tuple(parties), code, region=dice.choice(REGIONS), documents=documents,
                budget=Money(Decimal(dice.randrange(10, 10**4) * 1000)),
            ),
            pages,
        )  # fmt: skip


def prose(said: Lexicon, dice: random.Random, clauses: int) -> str:
    """A text of so many clauses: most are used in many notices, each eighth is new."""
    parts = [
        said.clauses[int(CLAUSES * dice.random() ** 3)]
        if dice.random() < 0.88
        else "".join(dice.choices(said.words, cum_weights=said.weights, k=dice.randrange(3, 9)))
        for _ in range(clauses)
    ]
    return "，".join(parts[:-1]) + "。" + parts[-1]


def fill(store: Store, count: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Stores the archive as crawling would have left it, every notice waiting to be indexed."""
    made = notices(count)
    while batch := list(islice(made, BATCH)):
        with store.engine.begin() as connection:
            _add(connection, batch)
        progress(len(batch))


def _add(connection: Connection, batch: list[tuple[Notice, tuple[str, ...]]]) -> None:
    rows, bodies, attached, texts = [], [], [], []
    for read, pages in batch:
        # The ids are those that an empty store would give.
        number, body = int(read.id) + 1, encode(read)
        rows.append(
            {
                "id": number, "source": read.source, "site_id": read.id, "url": read.url, "title": read.title,
                "kind": read.kind, "published": read.published, "buyer": read.buyer, "procedure": read.procedure,
                "code_key": bare(read.project_code or ""), "title_key": bare(read.title), "again": 1,
                "url_key": sha256(read.url.encode()).hexdigest()[:32], "revision": 1, "first_seen_at": read.published,
                "last_seen_at": read.published, "detected_version": "v1",
            }
        )  # fmt: skip
        digest = sha256(body.encode()).hexdigest()
        bodies.append({"notice_id": number, "number": 1, "digest": digest, "seen_at": read.published, "body": body})
        for each in read.documents:
            values = {"id": number, "notice_id": number, "number": 1, "url": each.url, "title": each.title}
            attached.append(values | {"kind": each.kind, "state": each.state, "reason": "", "read_at": NOW})
            texts += [
                {"document_id": number, "origin": f"#page={at}", "content": page} for at, page in enumerate(pages, 1)
            ]
    connection.execute(insert(notice), rows)
    connection.execute(insert(revision), bodies)
    if attached:
        connection.execute(insert(document), attached)
        connection.execute(insert(text), texts)
    connection.execute(insert(search_due), [{"notice_id": row["id"]} for row in rows])


ITEMS = (
    ("nvidia-h100", "NVIDIA H100", "gpu", "restricted"), ("nvidia-a100", "NVIDIA A100", "gpu", "restricted"),
    ("nvidia-a800", "NVIDIA A800", "gpu", "restricted"), ("nvidia-h20", "NVIDIA H20", "gpu", "licensable"),
    ("nvidia-rtx-4090", "NVIDIA RTX 4090", "gpu", "licensable"),
    ("nvidia-v100", "NVIDIA V100", "gpu", "not_controlled"),
    ("inspur-nf5688m7", "Inspur NF5688M7", "gpu_server", "restricted"), ("aws", "AWS", "us_cloud", "service"),
    ("azure", "Azure", "us_cloud", "service"), ("openai", "OpenAI", "us_ai", "service"),
    ("offshore-compute", "Compute abroad", "offshore_compute", "service"),
    ("huawei-ascend-910b", "Huawei Ascend 910B", "domestic", "not_controlled"),
)  # fmt: skip


def find(store: Store, notice_count: int, count: int, seed: int = 7) -> None:
    """Gives `count` notices, evenly spread, a finding each; a fifth of them a verdict."""
    dice, step = random.Random(seed + 2), max(1, notice_count // count)
    for start in range(0, count, 500):
        with store.begin() as unit:
            for each in range(start, min(count, start + 500)):
                stored = unit.notices.by_id(each * step + 1)
                if stored is None:
                    return
                (key,) = unit.findings.replace(stored.id, stored.notice.source, [_finding(stored.notice, dice)], NOW)
                if each % 5 == 0:
                    verdict = dice.choice(("confirmed", "rejected", "unsure"))
                    unit.reviews.add(Review(key, verdict, "", "invented reader", NOW))


def _finding(read: Notice, dice: random.Random) -> Finding:
    item, label, category, status = dice.choice(ITEMS)
    relation = dice.choice(RELATIONS)
    is_flagged = relation in {"buys", "buys_or_equivalent", "rents"} and category != "domestic"
    start = read.text.index("采购人")
    return Finding(
        read.id, item, label, category, relation, is_flagged, "named", dice.choice(SEVERITIES),
        Place("body", start, start + 12, read.text[start : start + 12]),
        Control(status, read.published_on, "us-2022-10-07", "87 FR 62186"), Quantity(dice.randrange(1, 64), 2),
    )  # fmt: skip


__all__ = ["NOW", "SOURCES", "fill", "find", "lexicon", "notices"]
