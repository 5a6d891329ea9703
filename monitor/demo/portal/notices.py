"""The demonstration's own notices, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Any

from notices.dates import SHANGHAI

LEVELS = {"zygg": "中央公告", "dfgg": "地方公告"}
CHANNELS = {
    "gkzb": ("公开招标公告", "tender"),
    "yqzbgg": ("邀请招标公告", "tender"),
    "jzxcs": ("竞争性磋商公告", "tender"),
    "jzxtpgg": ("竞争性谈判公告", "tender"),
    "xjgg": ("询价公告", "tender"),
    "zgysgg": ("资格预审公告", "prequalification"),
    "dylygg": ("单一来源公告", "single_source"),
    "zbgg": ("中标公告", "award"),
    "cjgg": ("成交公告", "award"),
    "gzgg": ("更正公告", "correction"),
    "fblbgg": ("终止公告", "termination"),
    "qtgg": ("其他公告", "intention"),
}
NOTICE_FILES = ("procedures", "lookalikes", "ordinary")
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Attachment:
    """A file that a notice links; `content` is the TOML row that says what is in it, `link` how it is linked."""

    notice: str
    title: str
    link: str
    content: dict[str, Any]

    @cached_property
    def uuid(self) -> str:
        return sha256(f"{self.notice}/{self.title}".encode()).hexdigest()[:30].upper()

    @property
    def path(self) -> str:
        """Where the portal serves it."""
        if self.link == "public":
            return f"/gpx-public-file?accessCode={self.uuid.lower()}"
        return f"/oss/download?uuid={self.uuid}"


@dataclass(frozen=True)
class DemoNotice:
    """One invented notice. `published` is Beijing time; amounts are yuan; `table` is the header row and the rows."""

    id: str
    channel: str
    kind: str
    published: datetime
    title: str
    project: str
    code: str
    category: str
    buyer: str
    region: str
    agency: str
    budget: int | None = None
    value: int | None = None
    supplier: str = ""
    needs: tuple[str, ...] = ()
    reason: str = ""
    first_published: str = ""
    months: str = ""
    table: Rows = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def path(self) -> str:
        return f"/cggg/{self.channel}/{self.published:%Y%m}/t{self.published:%Y%m%d}_{self.id}.htm"

    @property
    def level(self) -> str:
        return self.channel.partition("/")[0]

    @property
    def label(self) -> str:
        """The channel's own word for its notices."""
        return CHANNELS[self.channel.partition("/")[2]][0]

    @property
    def is_open_tender(self) -> bool:
        """Whether the papers are called 招标文件 and 投标文件 (else 采购文件 and 响应文件)."""
        return self.channel.partition("/")[2] in {"gkzb", "yqzbgg", "zbgg"}

    def day(self, days: int) -> str:
        """A date so many days after the publication, as notices write it."""
        return f"{self.published + timedelta(days=days):%Y年%m月%d日}"


def read_data(name: str) -> dict[str, Any]:
    """One of the portal's TOML files."""
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


def read_notices() -> tuple[DemoNotice, ...]:
    """All notices with their attachments, newest first."""
    attachments = read_attachments()
    rows = (row for name in NOTICE_FILES for row in read_data(name)["notice"])
    notices = (_notice(row, tuple(a for a in attachments if a.notice == row["id"])) for row in rows)
    return tuple(sorted(notices, key=lambda notice: (notice.published, notice.id), reverse=True))


def read_attachments() -> tuple[Attachment, ...]:
    rows = read_data("attachments")["attachment"]
    return tuple(Attachment(row["notice"], row["title"], row["link"], row) for row in rows)


def _notice(row: dict[str, Any], attachments: tuple[Attachment, ...]) -> DemoNotice:
    given = dict(row)
    # An id is the day and a number: 22081901 was published on 2022-08-19.
    day = datetime.strptime(given["id"][:6], "%y%m%d").replace(tzinfo=SHANGHAI)
    clock = time.fromisoformat(given.pop("time", "09:00"))
    given["published"] = day + timedelta(hours=clock.hour, minutes=clock.minute)
    given.setdefault("kind", CHANNELS[given["channel"].partition("/")[2]][1])
    given["needs"] = tuple(given.get("needs", ()))
    given["table"] = tuple(tuple(cells) for cells in given.get("table", ()))
    return DemoNotice(**given, attachments=attachments)
