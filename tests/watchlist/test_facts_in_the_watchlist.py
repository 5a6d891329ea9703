"""Every accelerator, carrier server and service of the fact tables is watched, with its status around each rule."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.detection import Subject, detect
from monitor.detection.control import control_on
from monitor.watchlist import load_watchlist
from monitor.watchlist.model import ORDINARY
from notices.document import Text

FACTS = Path(__file__).resolve().parents[2].parent / "shared" / "facts"
WATCHLIST = load_watchlist()
NOW = date(2026, 6, 1)
# The item of each row of chips.csv; None: known and knowingly not watched, or reached only as a cloud's instances.
CHIPS = {
    "v100": "nvidia-v100", "t4": "nvidia-t4", "a2": "nvidia-a2", "a10": "nvidia-a10", "a16": "nvidia-a16",
    "a30": "nvidia-a30", "a40": "nvidia-a40", "rtxa6000": "nvidia-rtx-a6000", "rtx3090": "nvidia-rtx-3090",
    "a100-40": "nvidia-a100", "a100-80": "nvidia-a100", "a800": "nvidia-a800", "h100-sxm": "nvidia-h100",
    "h100-pcie": "nvidia-h100", "h100-nvl": "nvidia-h100", "h800": "nvidia-h800", "h200-sxm": "nvidia-h200",
    "h200-nvl": "nvidia-h200", "h20": "nvidia-h20", "h20-3e": "nvidia-h20", "h20-nvl16": "nvidia-h20",
    "gh200": "nvidia-gh200", "l2": "nvidia-l2", "l4": "nvidia-l4", "l20": "nvidia-l20", "l40": "nvidia-l40",
    "l40s": "nvidia-l40s", "rtx4090": "nvidia-rtx-4090", "rtx4090d": "nvidia-rtx-4090d",
    "rtx6000ada": "nvidia-rtx-6000-ada", "rtx5880ada": "nvidia-rtx-5880-ada", "rtx5000ada": "nvidia-rtx-5000-ada",
    "rtx5090": "nvidia-rtx-5090", "rtx5090d": "nvidia-rtx-5090d", "rtx5090dv2": "nvidia-rtx-5090d",
    "rtxpro6000": "nvidia-rtx-pro-6000", "rtxpro6000d": "nvidia-rtx-pro-6000d", "rtxpro5000": None,
    "rtxpro4500se": "nvidia-rtx-pro-4500-server", "b100": "nvidia-b100", "b200": "nvidia-b200", "b300": "nvidia-b300",
    "gb200": "nvidia-gb200", "gb300": "nvidia-gb300", "b30a": "nvidia-b30a", "rubin": "nvidia-rubin",
    "jetson": "nvidia-jetson", "dgxspark": None, "mi100": "amd-mi100", "mi210": "amd-mi210", "mi250": "amd-mi250",
    "mi300x": "amd-mi300x", "mi300a": "amd-mi300x", "mi308x": "amd-mi308x", "mi325x": "amd-mi325x",
    "mi350x": "amd-mi350x", "w7900": None, "rx7900xtx": None, "gaudi2": "intel-gaudi2", "gaudi3": "intel-gaudi3",
    "hl328": "intel-gaudi3", "max1550": "intel-max-1550", "groq": "groq-lpu", "cerebras": "cerebras-cs", "tpu": None,
    "trainium": None, "ascend910b": "huawei-ascend-910b", "ascend910c": "huawei-ascend-910c",
    "ascend310p": "huawei-ascend-310p", "ascend950": "huawei-ascend", "hygon-dcu": "hygon-dcu",
    "mlu370": "cambricon-mlu370", "mlu590": "cambricon-mlu590", "mtt": "moorethreads-s4000", "iluvatar": "iluvatar",
    "metax": "metax-c500", "biren": "biren-br100", "kunlun": "kunlun-p800", "enflame": "enflame",
    "hanguang": "thead-ppu",
}  # fmt: skip
# Groq's makers' name alone says too little; the card's own name is looked for.
NAMES = {"groq": "Groq LPU", "hanguang": "含光800"}
NAC = frozenset(
    [
        "nvidia-a30",
        "nvidia-a40",
        "nvidia-l40",
        "nvidia-rtx-4090",
        "nvidia-rtx-6000-ada",
        "nvidia-rtx-5090",
        "nvidia-rtx-pro-6000",
        "amd-mi210",
        "amd-mi100",
    ]
)
# Reported only, without a text: what was reported stands in the note, the status is not guessed.
REPORTED = frozenset({"rtx5090d", "hl328"})
SERVICES = {
    "aws": "aws", "aws_ec2_gpu": "aws", "aws_ai": "aws-bedrock", "aws_cn": "aws-china", "azure": "azure",
    "azure_openai": "azure-openai", "azure_vm": "azure", "azure_cn": "azure-china", "gcp": "google-cloud",
    "gcp_accel": "google-cloud", "gemini": "google-gemini", "oci": "oracle-cloud", "ibm": "ibm-cloud",
    "coreweave": "coreweave", "lambda": "lambda-cloud", "nebius": "nebius", "vultr": "vultr", "runpod": "runpod",
    "together": "openrouter", "dgxcloud": "nvidia-dgx-cloud", "huggingface_ep": "huggingface-endpoints",
    "azure_hk_hint": "offshore-compute", "openai": "openai", "anthropic": "anthropic-claude", "xai": "xai-grok",
    "groqcloud": "groq-cloud", "copilot": "github-copilot", "cursor": "cursor", "midjourney": "midjourney",
    "runway": "media-ai", "cohere": "cohere", "perplexity": "perplexity", "scale": "scale-ai", "mistral": "mistral",
}  # fmt: skip
SPELT = {
    "aws_ec2_gpu": "租用p5.48xlarge实例", "aws_cn": "AWS中国（宁夏）区域云主机租用", "azure_cn": "世纪互联Azure云服务",
    "azure_vm": "租用ND_H100_v5虚拟机", "huggingface_ep": "Hugging Face Inference Endpoints订阅",
    "xai": "Grok 4 API充值", "azure_hk_hint": "租用新加坡机房GPU云服务器4台",
    "groqcloud": "GroqCloud接口服务", "cursor": "Cursor Pro订阅",
}  # fmt: skip
# Chassis of all work: without a card in the row they say nothing, and the card is then the finding.
GENERAL = ("info", "none")
UNNAMED = ("PR4910P",)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def found(text: str, day: date = NOW) -> set[str]:
    texts = (Text("title", "GPU服务器采购"), Text("body", text))
    return {each.item for each in detect(Subject("n", "tender", day, texts), WATCHLIST)}


@pytest.mark.corpus
def test_every_accelerator_of_the_facts_is_found_by_a_name_of_its_row() -> None:
    missed = []
    for row in rows("chips.csv"):
        names = [NAMES[row["chip_id"]]] if row["chip_id"] in NAMES else row["aliases"].split("|")
        item = CHIPS[row["chip_id"]]
        seen = {name: found(f"采购{name}加速卡2张。") for name in names}
        if item is None:
            watched = {each for items in seen.values() for each in items}
            assert all(WATCHLIST.items[each].tier == ORDINARY for each in watched), row["chip_id"]
        elif not any(item in items for items in seen.values()):
            missed.append((row["chip_id"], seen))
    assert missed == []


@pytest.mark.corpus
def test_an_accelerator_s_status_changes_on_the_day_that_the_facts_give() -> None:
    for row in rows("chips.csv"):
        item = CHIPS[row["chip_id"]]
        if item is None or row["chip_id"] in REPORTED:
            continue
        day = re.match(r"\d{4}-\d{2}-\d{2}", row["us_restricted_from"])
        wanted: dict[date, str] = {}
        if not row["us_restricted_from"] or "domestic" in row["us_status_2026_11"]:
            wanted = {date(2022, 1, 1): "not_controlled", NOW: "not_controlled"}
        elif day and "launch" not in row["us_restricted_from"]:
            since = date.fromisoformat(day.group())
            wanted = {since - timedelta(1): "unrestricted", since: "licensable" if item in NAC else "restricted"}
        lane = row["jan2026_case_by_case_params"]
        if lane in ("Y", "N") and item not in NAC and wanted.get(NOW) is None:
            wanted[date(2026, 1, 14)] = "restricted"
            wanted[date(2026, 1, 15)] = "licensable" if lane == "Y" else "restricted"
        for on, status in wanted.items():
            assert control_on(WATCHLIST.items[item], on, WATCHLIST).status == status, (row["chip_id"], on)


@pytest.mark.parametrize(
    ("item", "day", "status"),
    [
        ("nvidia-h20", "2025-04-08", "unrestricted"),
        ("nvidia-h20", "2025-04-09", "restricted"),
        ("nvidia-h20", "2025-08-07", "restricted"),
        ("nvidia-h20", "2025-08-08", "licensable"),
        ("amd-mi308x", "2025-08-07", "restricted"),
        ("amd-mi308x", "2025-08-08", "licensable"),
        ("nvidia-rtx-4090", "2023-11-16", "unrestricted"),
        ("nvidia-rtx-4090", "2023-11-17", "licensable"),
        ("nvidia-rtx-4090", "2026-01-15", "licensable"),
        ("nvidia-rtx-5090", "2025-02-01", "licensable"),
        ("nvidia-b200", "2026-01-15", "restricted"),
        ("nvidia-h200", "2026-01-14", "restricted"),
        ("nvidia-h200", "2026-01-15", "licensable"),
        ("nvidia-l40s", "2023-10-22", "unrestricted"),
        ("nvidia-l40s", "2023-10-23", "restricted"),
        ("huawei-ascend-910b", "2025-06-01", "not_controlled"),
        ("openai", "2024-07-09", "service"),
    ],
)
def test_the_status_around_each_rule(item: str, day: str, status: str) -> None:
    control = control_on(WATCHLIST.items[item], date.fromisoformat(day), WATCHLIST)
    assert control.status == status
    assert "illegal" not in control.sentence
    hearsay = (control.citation or "").startswith("press reports")
    by = f"as of {day} according to {control.citation}" if hearsay else f"under {control.citation} as of {day}"
    listed = f"listed {by}"
    assert (listed in control.sentence) == (status in ("restricted", "licensable"))


@pytest.mark.corpus
def test_every_carrier_server_of_the_facts_is_found_by_its_model() -> None:
    missed = [
        row["model"]
        for row in rows("systems.csv")
        if row["watch_level"] not in GENERAL and not row["model"].startswith(UNNAMED)
        if not found(f"采购{row['vendor_zh'].split('|')[0]} {row['model']} 服务器2台。")
    ]
    assert missed == []


@pytest.mark.corpus
def test_every_service_of_the_facts_is_found_as_rented() -> None:
    for row in rows("cloud_ai.csv"):
        if row["kind"] == "signal" and row["id"] not in SERVICES:
            continue
        text = SPELT.get(row["id"]) or f"采购{row['aliases'].split('|')[0]}账号及API调用服务一年"
        findings = detect(Subject("n", "tender", NOW, (Text("body", text + "。"),)), WATCHLIST)
        of_it = [each for each in findings if each.item == SERVICES[row["id"]]]
        assert [(each.relation, each.control.status) for each in of_it] == [("rents", "service")], row["id"]
