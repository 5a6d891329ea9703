"""What the tests of the spiders share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spiders.crawling import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path / "home")
    yield opened
    opened.store.close()
