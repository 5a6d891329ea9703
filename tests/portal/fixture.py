"""The test portals as pytest fixtures: list "tests.portal.fixture" in `pytest_plugins` of tests/conftest.py."""

from collections.abc import Iterator

import pytest

from tests.portal.portal import FaultyPortal


@pytest.fixture
def portal() -> Iterator[FaultyPortal]:
    """An empty portal on loopback that a test fills with notices and faults."""
    with FaultyPortal() as running:
        yield running
