"""The invented notices behind the test sites that answer in JSON, and how such a site pages and caps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import dumps
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.portal.replies import Reply
from tests.portal.site import NEWEST

BODY = (
    "<p>一、项目编号：{code}</p><p>二、项目名称：{title}</p><p>采购人名称：{buyer}</p>"
    "<p>采购内容：{content}</p><p>预算金额：280000.00元</p>"
)


@dataclass(frozen=True, slots=True)
class Article:
    """One notice of a test site; `body` is HTML, "" for a notice of which the site has the title alone."""

    id: str
    channel: str
    title: str
    published: datetime = NEWEST
    body: str = ""
    buyer: str = "望潮市公共事务中心"
    code: str = ""

    @property
    def stamp(self) -> str:
        return f"{self.published:%Y-%m-%d %H:%M:%S}"


def made_up(count: int, channel: str, *, hours: float = 1, prefix: str = "a") -> list[Article]:
    """`count` ordinary notices of a channel, `hours` apart, the newest first."""
    articles = []
    for number in range(count):
        title, code = f"望潮市办公物资采购项目（{prefix}{number}）公告", f"WC-{prefix}-{number:05d}"
        buyer, content = "望潮市公共事务中心", f"办公桌{number % 9 + 1}张、文件柜2组。"
        body = BODY.format(code=code, title=title, buyer=buyer, content=content)
        published = NEWEST - timedelta(hours=hours * number)
        articles.append(Article(f"{prefix}{number:05d}", channel, title, published, body, buyer, code))
    return articles


@dataclass(slots=True)
class Shelf:
    """What a site has. `cap`: the most that it states and lists for a question; with `honest_total` it lists no more,
    but states all. `stated_more`: by how many its total is wrong. `most_rows`: the largest page, whatever is asked for.
    """

    articles: list[Article] = field(default_factory=list)
    cap: int | None = None
    honest_total: bool = False
    oldest_first: bool = False
    stated_more: int = 0
    most_rows: int = 1000
    asked: list[tuple[str, str, str, int]] = field(default_factory=list)

    def find(self, article_id: str) -> Article | None:
        return next((article for article in self.articles if article.id == article_id), None)

    def page(self, channels: str, since: str, until: str, number: int, size: int) -> tuple[Sequence[Article], int]:
        """Page `number` (from 1) of the notices of any of the channels (parted by commas) between two days."""
        self.asked.append((channels, since[:10], until[:10], number))
        wanted = set(channels.split(","))
        found = [
            article
            for article in self.articles
            if (not channels or article.channel in wanted or article.channel == channels)
            and (not since or since[:10] <= f"{article.published:%Y-%m-%d}" <= until[:10])
        ]
        found.sort(key=lambda article: article.published, reverse=not self.oldest_first)
        total = len(found) if self.honest_total else len(found[: self.cap])
        found = found[: self.cap]
        rows = min(size, self.most_rows)
        return found[(number - 1) * rows : number * rows], total + self.stated_more


def json_reply(answer: Any) -> Reply:
    return Reply(200, dumps(answer, ensure_ascii=False).encode(), content_type="application/json;charset=UTF-8")


def query(path: str) -> dict[str, str]:
    """The values in a path's query, the first of each name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
