"""Many invented findings at once, where how many there are is what a test is about."""

from storage import Store
from tests.review.invented import NOW, finding, notice, place


def fill_findings(store: Store, count: int, first: int = 900) -> list[str]:
    """So many notices with one finding each; the findings' keys."""
    keys: list[str] = []
    with store.begin() as unit:
        for number in range(first, first + count):
            made = notice(number, f"批量采购公告{number}", "tender", f"采购NVIDIA H100 {number}台")
            found = finding(made, "nvidia-h100", "NVIDIA H100", place(made.text, "NVIDIA H100"))
            saved = unit.notices.save(made, NOW)
            keys += unit.findings.replace(saved.notice_id, made.source, [found], NOW)
    return keys
