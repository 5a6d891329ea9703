"""On real and reconstructed pages beside the project: every field against its truth, every table to its last cell."""

import gzip
import json
import re
import sys
import time
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from notices.fields import fields_of
from notices.html_blocks import render
from notices.html_text import read_blocks
from notices.items import read_items
from notices.kinds import read_kind
from notices.pairs import read_statements
from spiders.pages.ccgp import read_list, read_notice

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = spec_from_file_location("bench_fields", ROOT / "bench" / "fields.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["bench_fields"] = module
    spec.loader.exec_module(module)
    return module


def test_the_published_cases_are_read_within_the_targets(bench: ModuleType) -> None:
    exact, stated, _, differing = bench.measure(list(bench.press_truths(SHARED / "press" / "dev")))
    assert stated["title"] == 91
    for name in ("title", "kind", "date", "buyer", "supplier", "project_code", "agency", "attachments", "region"):
        assert exact[name] / stated[name] >= 0.98, differing
    assert exact["amount"] / stated["amount"] >= 0.97, differing
    assert exact["item rows"] / stated["item rows"] >= 0.95, differing


def test_the_published_cases_are_read_at_150_pages_a_second(bench: ModuleType) -> None:
    truths = list(bench.press_truths(SHARED / "press" / "dev"))
    assert max(bench.measure(truths)[2] for _ in range(3)) >= bench.LEAST_SPEED


def test_every_row_of_the_published_lists_is_a_notice_of_the_truth() -> None:
    truth = {
        re.sub(r"^http:", "https:", row["url"]): row
        for row in map(json.loads, (SHARED / "press/dev/truth.jsonl").read_text(encoding="utf-8").splitlines())
    }
    seen = {}
    for page in sorted((SHARED / "press" / "dev" / "pages" / "list").rglob("*.htm")):
        address = "http://www.ccgp.gov.cn/cggg/" + page.relative_to(SHARED / "press/dev/pages/list").as_posix()
        for row in read_list(page.read_bytes(), address).rows:
            seen[row.url] = row
    assert set(seen) == set(truth)
    for url, row in seen.items():
        assert (row.title, row.buyer, row.region) == (truth[url]["title"], truth[url]["buyer"], truth[url]["region"])
        assert row.published
        assert row.published.strftime("%Y-%m-%d %H:%M") == truth[url]["pub_time"]


def test_a_real_award_is_read_to_its_last_table_cell() -> None:
    body = (SHARED / "corpus" / "pages" / "ccgp-local-award-2026-04-07.html").read_bytes()
    url = "http://www.ccgp.gov.cn/cggg/dfgg/cjgg/202604/t20260407_26352018.htm"
    notice = read_notice(body, url, "成交公告", "ccgp-local")
    assert (notice.kind, notice.project_code, notice.region) == ("award", "SDGP370114000202602000014", "济南市")
    assert (notice.buyer, notice.agency) == ("济南市章丘区自然资源局", "山东岱下华庭项目管理有限公司")
    assert notice.suppliers == ("山东道勤恒基土地房地产资产评估有限公司",)
    assert notice.award
    assert notice.award.amount == 65000
    assert [item.name for item in notice.items] == ["E包房地产土地评估服务"]
    assert notice.items[0].as_written == "E包房地产土地评估服务" + " | 详见附件" * 4
    assert [document.title for document in notice.documents] == [
        "投标明细表.pdf",
        "专家费用表.pdf",
        "中小企业声明函.pdf",
    ]
    lines = notice.text.split("\n")
    assert "1 | 山东道勤恒基土地房地产资产评估有限公司 | 济南市历下区解放东路56号 | 65000" in lines
    assert "山东道勤恒基土地房地产资产评估有限公司 | 白泉住宅项目 |  |  |  |  | 32500" in lines
    assert "山东丰屹土地房地产资产评估测绘有限公司 | 59.67 | 52.87 | 63.77 | 176.31" in lines
    assert "20 | 山东丰屹土地房地产资产评估测绘有限公司 | 综合得分较低" in lines
    # 102 rows in the source, one of which is a single name across all columns.
    assert sum(" | " in line for line in lines) == 101
    cells = re.findall(r"<td[^>]*>(.*?)</td>", body.decode().split('vF_detail_content">')[1], re.DOTALL)
    assert len(cells) == 397
    assert [cell for cell in cells if " ".join(cell.split()) not in notice.text] == []
    assert lines[-1] == "中小企业声明函.pdf"
    assert "content-box" not in notice.text


def corpus_rows() -> list[dict[str, str]]:
    with gzip.open(SHARED / "corpus" / "notices.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


STATES_A_BUYER = re.compile(
    r"(?:采购人|招标人|采购单位|建设单位|招标单位|业主|比选人|询价人|甲\s*方)(?:名称|单位|信息)?\s*(?:[（(][^（）()]*[）)])?\s*[:：为]"
)


def test_every_html_body_of_the_corpus_is_read_and_its_buyer_found() -> None:
    bodies = [row for row in corpus_rows() if row.get("html")]
    counted: Counter[str] = Counter()
    start = time.process_time()
    for row in bodies:
        blocks = read_blocks(row["html"])
        text = render(blocks)
        kind = read_kind("", row["title"], text)
        statements = read_statements(blocks)
        fields = fields_of(statements, text, kind)
        read_items(statements, kind, fields.project_name)
        if STATES_A_BUYER.search(text):
            counted["stated"] += 1
            counted["found"] += any(party.role == "buyer" for party in fields.parties)
        cells = re.findall(r"<t[dh][^>]*>([^<>&\s]{4,})</t[dh]>", row["html"])
        counted["cells"] += len(cells)
        counted["cells read"] += sum(cell in text for cell in cells)
    spent = time.process_time() - start
    assert (len(bodies), counted["cells read"]) == (1800, counted["cells"])
    assert counted["stated"] > 1500
    assert counted["found"] / counted["stated"] >= 0.95
    assert len(bodies) / spent >= 100


def test_every_text_of_the_corpus_is_read_without_a_crash() -> None:
    kinds: Counter[str] = Counter()
    for row in corpus_rows():
        if row.get("text") and not row.get("html"):
            statements = read_statements(row["text"].split("\n"))
            kind = read_kind("", row["title"], row["text"])
            kinds[kind] += 1
            fields_of(statements, row["text"], kind)
            read_items(statements, kind)
    assert sum(kinds.values()) > 8000
    assert kinds["tender"] > 3000
