"""Real rows of two portals, kept beside the project, are read whole."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from spiders.pages import b2b_10086, nbygcg
from spiders.pages.record import read_record

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@pytest.mark.corpus
def test_every_real_row_of_the_mobile_list_is_a_notice() -> None:
    rows = json.loads((SHARED / "corpus" / "pages" / "b2b-10086-list-rows.json").read_text(encoding="utf-8"))
    body = json.dumps({"code": 0, "data": {"content": rows}}).encode()
    listing = b2b_10086.read_list(body, "https://b2b.10086.cn/")
    assert (len(listing.rows), listing.unread) == (len(rows), 0)
    assert all(row.published for row in listing.rows)
    kinds = Counter(read_record(row, "b2b-10086", "采购公告").kind for row in listing.rows)
    assert kinds["tender"] > 0.9 * len(rows)


@pytest.mark.corpus
def test_real_bulletins_are_read_with_their_facts() -> None:
    seen: Counter[str] = Counter()
    with gzip.open(SHARED / "corpus" / "notices.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            given = json.loads(line)
            if given["site"] != "ygcg.nbcqjy.org":
                continue
            body = json.dumps({"body": {"data": [given["raw"] | {"bulletinContent": given["html"]}]}}).encode()
            (row,) = nbygcg.read_list(body, "https://ygcg.nbcqjy.org/").rows
            notice = read_record(row, "nbygcg", "采购公告")
            assert (notice.id, notice.url, notice.published_on) == (given["id"], given["url"], given["published"])
            assert notice.title == " ".join(given["raw"]["bulletinTitle"].split())
            seen.update(all=1, text=len(notice.text) > 50, buyer=bool(notice.buyer), code=bool(notice.project_code))
    assert seen["all"] == seen["text"] >= 1800
    assert seen["buyer"] >= 0.97 * seen["all"]
    assert seen["code"] >= 0.95 * seen["all"]
