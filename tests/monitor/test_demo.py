"""`make demo` from end to end: crawled over HTTP, judged, alerted, printed."""

import re
import subprocess
import sys
from pathlib import Path

from monitor.demo.portal.server import expected_flagged
from storage import open_store
from storage.findings import FindingFilter


def test_the_demonstration_flags_the_twelve_and_every_alert_arrives(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "monitor.demo", "--no-serve", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(expected_flagged()) == 12
    assert "12 flagged notices" in done.stdout
    deliveries = re.findall(r"^ [0-9a-f]{8} .*$", done.stdout, re.MULTILINE)
    assert len(deliveries) > 12
    assert all(line.rstrip().endswith("yes") for line in deliveries)
    verified = subprocess.run(
        [sys.executable, "-m", "monitor", "--home", str(home), "evidence", "verify"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"evidence: (\d+) of \1 captures are what was served\n", verified.stdout)
    store = open_store(f"sqlite:///{home / 'tenderwatch.sqlite'}")
    with store.read() as unit:
        assert unit.notices.count() >= 60
        assert {
            each.finding.notice for each in unit.findings.reports(FindingFilter(flagged=True))
        } == expected_flagged()
        assert any(each.finding.place.origin.startswith("document:") for each in unit.findings.reports())
    store.close()
