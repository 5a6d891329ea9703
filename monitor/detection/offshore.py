"""Compute rented abroad where no watched provider is named."""

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.detection.context import Judged
from monitor.detection.gate import Span
from monitor.detection.match import Mention
from monitor.detection.scope import Scope
from monitor.watchlist.model import Watchlist

ITEM = "offshore-compute"


@lru_cache(maxsize=4)
def _words(watchlist: Watchlist) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    context = watchlist.words["context"]
    place_then_compute = f"(?:{context['abroad']})[^。;|\n]{{0,30}}?(?:{context['compute']})"
    compute_then_place = f"(?:{context['compute']})[^。;|\n]{{0,20}}?(?:{context['abroad']})(?:节点|区域|机房|数据中心)"
    return (
        re.compile(f"{place_then_compute}|{compute_then_place}"),
        re.compile(r"租|代购|代开|按需|包月|服务"),
        re.compile(context["domestic_site"]),
        re.compile(r"公司|大学|研究院|集团|产品|项目|学校"),
    )


def offshore_mentions(
    folded: str, spans: Sequence[Span], taken: Sequence[Judged], watchlist: Watchlist
) -> list[Judged]:
    """A mention for each sentence that rents compute at a place abroad; `taken` are the named products of the text."""
    if ITEM not in watchlist.items:
        return []
    rent, lending, domestic, _ = _words(watchlist)
    found: dict[int, Judged] = {}
    known = {judged.mention.start for judged in taken}
    for start, end in spans:
        if start in known:
            continue
        low, high = Scope(folded, start, end).sentence
        place = rent.search(folded, low, high)
        if place is None or place.start() in found:
            continue
        sentence = folded[low:high]
        if lending.search(sentence) and re.search(r"租|代购", sentence) and not domestic.search(sentence):
            mention = Mention(watchlist.items[ITEM], place.start(), place.end(), sure=True, term="rented abroad")
            scope = Scope(folded, place.start(), place.end())
            found[place.start()] = Judged(mention, scope, "compute is rented at a place abroad")
    return list(found.values())
