"""Invented findings and a real mail server and web server on loopback."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from notices.finding import Control, Finding, FindingReport, Place, Quantity

RESTRICTED = Control(
    "restricted",
    "2024-03-05",
    "us-2022-10-07",
    "87 FR 62186",
    "NVIDIA H100 was listed under ECCN 3A090 as of 2024-03-05.",
)


def make_report(**changes: object) -> FindingReport:
    """A finding report with any field of the report, the finding, its place or its control changed."""
    place = {"origin": "item:2", "start": 6, "end": 27, "quote": "GPU服务器 | 2台，每台8卡 NVIDIA H100 80GB"}
    control = {name: getattr(RESTRICTED, name) for name in RESTRICTED.__slots__}
    finding: dict[str, object] = {
        "notice": "t20240305_1", "item": "nvidia-h100", "label": "NVIDIA H100", "category": "gpu", "relation": "buys",
        "flagged": True, "basis": "named", "severity": "critical", "quantity": Quantity(16, 2),
        "reasons": ("named in a row of what was awarded",),
    }  # fmt: skip
    report: dict[str, object] = {
        "key": "a1", "source": "ccgp-local", "url": "https://notices.example/t20240305_1.htm",
        "title": "东屏理工大学智能计算平台中标公告", "kind": "award", "published": "2024-03-05",
        "buyer": "东屏理工大学",
        "agency": "北泽恒远工程咨询有限公司", "suppliers": ("岭川云算科技有限公司",), "region": "广东",
        "amount_cny": 2805000.0, "procedure": "p1", "verdict": None, "capture_sha256": "ab" * 32,
    }  # fmt: skip
    for name, value in changes.items():
        parts = (place, control, finding, report)
        held = next((part for part in parts if name in part), None)
        (held if held is not None else finding if name in Finding.__slots__ else report)[name] = value
    finding |= {"place": Place(**place), "control": Control(**control)}  # type: ignore[arg-type]
    return FindingReport(finding=Finding(**finding), **report)  # type: ignore[arg-type]


@pytest.fixture
def report() -> Callable[..., FindingReport]:
    return make_report


@pytest.fixture
def now() -> datetime:
    return datetime(2024, 3, 6, 1, 0, tzinfo=UTC)
