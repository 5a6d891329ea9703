"""`python -m spiders.reference`: writes docs/reference/sources.md anew from what is declared, watched and not."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from notices.unwatched import Unwatched, unwatched_places
from spiders import families, sources
from spiders.base import NoticeSpider

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "sources.md"
# What follows this line in the page is written by hand and kept.
BY_HAND = "<!-- From here on by hand. -->"
_HEAD = """# The sources

{count} sources on {families} families, each as it declares itself. Written by `python -m spiders.reference` from
`spiders/sources/` and, of what is not watched, from `notices/data/unwatched.toml`; a test holds the page to them.

*Per day*: fewer or more notices than this on a working day are worth a look. *Silent*: hours without a notice after
which a source counts as silent; campus sites may have nothing for weeks. *Evidence*: the day up to which the facts
were seen to hold, and how far they can be trusted: **low** means that nobody has seen this very list lately.
"""
_UNWATCHED = """## Not watched, and why

No captcha is solved, no login is used, no request is signed with a key taken out of a site's script, no browser is
feigned and no proxy is used. What can be had only so is not fetched. Contracts and intentions that are closed at one
place mostly appear at another, which is named where one is known.

| what | why it is not watched | instead |
|---|---|---|
"""


def declared_sources() -> list[type[NoticeSpider]]:
    """The source classes of spiders/sources, by family and id; two in one file are both there."""
    found: dict[str, type[NoticeSpider]] = {}
    for module in iter_modules(sources.__path__):
        content = import_module(f"{sources.__name__}.{module.name}")
        for each in vars(content).values():
            if isinstance(each, type) and issubclass(each, NoticeSpider) and each.__module__ == content.__name__:
                found[f"{module.name}.{each.__qualname__}"] = each
    return sorted(found.values(), key=lambda source: (source.family, source.name))


def render(declared: Iterable[type[NoticeSpider]], by_hand: str) -> str:
    """The page: a table per family, what is not watched and why, then what is written by hand."""
    grouped: dict[str, list[type[NoticeSpider]]] = defaultdict(list)
    for source in declared:
        grouped[source.family].append(source)
    count = sum(len(group) for group in grouped.values())
    parts = [_HEAD.format(count=count, families=len(grouped))]
    for family, group in sorted(grouped.items()):
        parts.append(f"## {family}\n\n{_walk_of(family)}\n")
        parts.append("| id | source | region | per day | silent | evidence |\n|---|---|---|---|---|---|")
        parts.append("\n".join(_row(source) for source in group) + "\n")
    parts.append(_UNWATCHED + "\n".join(_unwatched(place) for place in unwatched_places()) + "\n")
    return "\n".join(parts) + f"\n{BY_HAND}{by_hand}"


def by_hand_in(page: str) -> str:
    """What a page has after the mark; a line break if it has none yet."""
    return page.partition(BY_HAND)[2] or "\n"


def _row(source: type[NoticeSpider]) -> str:
    least, most = source.expected_per_day
    return (
        f"| `{source.name}` | [{source.title_zh}]({source.url})<br>{source.title_en}<br>{source.publisher} "
        f"| {source.region} | {least}–{most} | {source.silence_limit} h | {source.evidence_date}, {source.confidence} |"
    )


def _unwatched(place: Unwatched) -> str:
    instead = ", ".join(f"`{each}`" for each in place.instead) or "–"
    return f"| {place.what[1]}<br>{place.what[0]} | {place.why[0]} | {instead} |"


def _walk_of(family: str) -> str:
    """The first paragraph of how a family is walked, from its module."""
    module = import_module(f"{families.__name__}.{family.replace('-', '_')}")
    return " ".join((module.__doc__ or "").strip().split("\n\n")[0].split())


def main() -> None:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(render(declared_sources(), by_hand_in(page)), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is written\n")


if __name__ == "__main__":
    main()
