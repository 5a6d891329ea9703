"""Where the pages of buyers, sellers and items are."""

from urllib.parse import quote

from storage.entities import ITEM
from storage.found import BUYER, SUPPLIER, entity_key

PATHS = {BUYER: "/buyers", SUPPLIER: "/sellers", ITEM: "/items"}


def entity_url(kind: str, name: str) -> str:
    """The page of a buyer or seller by any spelling of its name, or of an item by its id; empty where there is none."""
    key = name if kind == ITEM else entity_key(name)
    return f"{PATHS[kind]}/{quote(key, safe='')}" if kind in PATHS and key else ""
