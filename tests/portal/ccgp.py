"""The national portal as a site behind the misbehaving portal: channel lists of a few rows, and detail pages."""

from urllib.parse import urlsplit

from tests.portal.pages import PortalNotice, render_detail, render_list
from tests.portal.replies import Reply, page

ROWS = 8


class CcgpSite:
    def __init__(self, published: list[PortalNotice]) -> None:
        self.published = list(published)

    def answer(self, path: str, posted: bytes) -> Reply | None:
        found = next((each for each in self.published if each.path == path), None)
        if found:
            return page(render_detail(found))
        channel, _, name = urlsplit(path).path.removeprefix("/cggg/").rpartition("/")
        digits = name.removeprefix("index_").removesuffix(".htm")
        number = int(digits) if digits.isdecimal() else 0
        listed = sorted((each for each in self.published if each.channel == channel), key=_newest_first)
        pages = max(1, -(-len(listed) // ROWS))
        if number >= pages or not channel:
            return None
        return page(render_list(channel, listed[number * ROWS : (number + 1) * ROWS], number, pages))


def _newest_first(notice: PortalNotice) -> tuple[float, str]:
    return -notice.published.timestamp(), notice.id
