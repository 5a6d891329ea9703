"""Compute rented abroad where no watched provider is named."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from monitor.detection.context import Judged
from monitor.detection.gate import Span
from monitor.detection.match import Mention
from monitor.detection.scope import Scope
from monitor.watchlist.model import Watchlist

ITEM = "offshore-compute"


_MOST_PLACES = 100
_LENT = re.compile(r"租|代购")


@lru_cache(maxsize=4)
def _words(watchlist: Watchlist) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    context = watchlist.words["context"]
    place_then_compute = f"(?:{context['abroad']})[^。;|\n]{{0,30}}?(?:{context['compute']})"
    compute_then_place = f"(?:{context['compute']})[^。;|\n]{{0,20}}?(?:{context['abroad']})(?:节点|区域|机房|数据中心)"
    return (
        re.compile(watchlist.words["gate"]["offshore"]),
        re.compile(f"{place_then_compute}|{compute_then_place}"),
        re.compile(context["domestic_site"]),
    )


def offshore_mentions(
    folded: str, spans: Sequence[Span], taken: Sequence[Judged], watchlist: Watchlist
) -> list[Judged]:
    """A mention for each sentence that rents compute at a place abroad; `taken` are the named products of the text."""
    if ITEM not in watchlist.items:
        return []
    trigger, rented, domestic = _words(watchlist)
    found: dict[int, Judged] = {}
    known = {judged.mention.start for judged in taken}
    starts = (start for start, _ in spans if start not in known and trigger.match(folded, start))
    for start in islice(starts, _MOST_PLACES):
        low, high = Scope(folded, start, start + 1).sentence
        place = rented.search(folded, low, high)
        if place and place.start() not in found and _LENT.search(folded, low, high):
            if domestic.search(folded, low, high):
                continue
            mention = Mention(watchlist.items[ITEM], place.start(), place.end(), sure=True, term="rented abroad")
            scope = Scope(folded, place.start(), place.end())
            found[place.start()] = Judged(mention, scope, "compute is rented at a place abroad")
    return list(found.values())
