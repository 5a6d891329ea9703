"""A desk over an invented store, asked as a browser on this machine would."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.review.app import make_app
from storage import Store
from tests.review import invented

with warnings.catch_warnings():
    # Starlette asks for httpx2, which is no dependency of ours; httpx answers the same.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@dataclass
class Desk:
    client: TestClient
    store: Store
    keys: dict[str, str]
    captures: Path

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, response.text[:500]
        return str(response.text)


def browse(store: Store, captures: Path, **options: object) -> TestClient:
    app = make_app(store, captures, clock=lambda: invented.NOW, **options)  # type: ignore[arg-type]
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    captures = tmp_path / "captures"
    keys = invented.fill(sqlite_store, captures)
    return Desk(browse(sqlite_store, captures, sources=invented.SOURCES), sqlite_store, keys, captures)
