import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from monitor.watchlist import Watchlist, load_watchlist


@pytest.fixture(scope="session")
def watchlist() -> Watchlist:
    return load_watchlist()
