"""A portal of 3,000 notices, crawled with a kill -9 every few seconds: what is stored in the end, and how politely.

Stops by itself: after a crawl that nobody killed, or after 200. Exits with 1 if a notice is missing or there twice, a
capture is not whole, or the portal's log shows a request against robots.txt, the pause or the budget.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.spiders.crawling import House  # noqa: E402
from tests.spiders.kills import assert_exactly_these, assert_polite, crawl_under_kills, portal_of  # noqa: E402


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--notices", type=int, default=3000)
    words.add_argument("--seed", type=int, default=7)
    asked = words.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, portal_of(asked.notices) as portal:
        house = House(Path(folder) / "home")
        killed = crawl_under_kills(house, portal, 2.0, 5.0, asked.seed)
        stored = len(house.ids())
        print(
            f"{stored} of {asked.notices} notices after {len(killed.lives)} kills in {time.monotonic() - began:.0f} s; "
            f"{killed.requests} requests, {killed.pages_twice} pages asked for twice; the last crawl "
            f"{killed.last.outcome}; load {os.getloadavg()[0]:.1f}"
        )
        assert_exactly_these(house, portal, killed)
        assert_polite(house, portal)
        house.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
