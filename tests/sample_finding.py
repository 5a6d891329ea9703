"""A flagged finding that tests of the store and of what stands on it begin with."""

from notices.finding import Control, Finding, Place

FINDING = Finding(
    notice="t1",
    item="nvidia-h100",
    label="NVIDIA H100",
    category="gpu",
    relation="buys",
    flagged=True,
    basis="named",
    severity="critical",
    place=Place("body", 0, 4, "H100"),
    control=Control("restricted", "2026-03-05", "us-2022-10-07", "87 FR 62186"),
    watchlist_version="v1",
)
