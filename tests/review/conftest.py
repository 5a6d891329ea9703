"""A desk over an invented store, asked as a browser on this machine would."""

import re
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from monitor.review.app import make_app
from storage import Store, open_store
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


def browse(store: Store, captures: Path, *, raise_errors: bool = True, **options: object) -> TestClient:
    """A browser on this machine with a desk of its own."""
    app = make_app(store, captures, clock=lambda: invented.NOW, **options)  # type: ignore[arg-type]
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=raise_errors)


def visible(page: str) -> str:
    """A page's words as a reader sees them, one space between."""
    main = re.sub(r"<script.*?</script>|<dialog.*?</dialog>", " ", page, flags=re.DOTALL)
    words = " ".join(unescape(re.sub(r"</?(?:mark|span|b|a|code|time)\b[^>]*>", "", main)).split())
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with the invented store and its captures, to be copied for each test."""
    folder = tmp_path_factory.mktemp("invented")
    store = open_store(f"sqlite:///{folder / 'tenderwatch.sqlite'}")
    store.migrate()
    keys = invented.fill(store, folder / "captures")
    store.close()
    return folder, keys


@pytest.fixture
def desk(_filled: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Desk]:
    folder, keys = _filled
    home = shutil.copytree(folder, tmp_path / "home")
    store = open_store(f"sqlite:///{home / 'tenderwatch.sqlite'}")
    yield Desk(browse(store, home / "captures", sources=invented.SOURCES), store, dict(keys), home / "captures")
    store.close()
