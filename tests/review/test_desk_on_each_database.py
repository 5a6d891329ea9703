"""The desk on SQLite and on a real PostgreSQL: the same pages, the same verdicts."""

from pathlib import Path

from storage import Store
from tests.review import invented
from tests.review.conftest import browse
from tests.review.staff import hidden


def test_the_desk_is_the_same_on_each_database(store: Store, tmp_path: Path) -> None:
    keys = invented.fill(store, tmp_path / "captures")
    client = browse(store, tmp_path / "captures", sources=invented.SOURCES)
    for address in (
        "/",
        "/?view=all&words=%E7%AE%97%E5%8A%9B&item=nvidia-a800",
        "/overview",
        "/buyers",
        "/buyers/%E4%B8%9C%E5%B1%8F%E7%90%86%E5%B7%A5%E5%A4%A7%E5%AD%A6",
        "/sellers?words=%E5%8C%97%E6%B3%BD",
        "/items/nvidia-h100",
        "/sources",
        "/alerts",
        "/runs",
        "/healthz",
    ):
        assert client.get(address).status_code == 200, address
    path = f"/findings/{keys['h100']}?severity=critical"
    fields = hidden(client.get(path).text, f"/findings/{keys['h100']}")
    answer = client.post(f"/findings/{keys['h100']}", data=fields | {"verdict": "confirmed", "note": "已核对"})
    assert answer.headers["location"] == f"/findings/{keys['spec-implied-gpu']}?severity=critical&done={keys['h100']}"
    again = client.post(f"/findings/{keys['h100']}", data=fields | {"reason": "confusable"})
    assert again.status_code == 409
    assert "已核对" in again.text


def test_a_character_that_no_name_has_is_no_fault_of_the_store(store: Store, tmp_path: Path) -> None:
    invented.fill(store, tmp_path / "captures")
    client = browse(store, tmp_path / "captures")
    for path in ("/findings/%00", "/captures/%00/text", "/items/%00", "/feeds/%00.atom", "/api/v1/procedures/%00"):
        assert client.get(path).status_code == 404, path
    for query in ("done", "batch", "words", "buyer"):
        assert client.get(f"/?{query}=%00").status_code in {200, 400}, query
