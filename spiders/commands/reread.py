"""`scrapy reread [SOURCE…]`: reads the kept pages again and says what differs, as JSON Lines; nothing is fetched."""

import argparse
import json
import sys
from dataclasses import asdict

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from notices.diff import diff
from notices.errors import TenderwatchError
from spiders.environment import Environment


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012

    def syntax(self) -> str:
        return "[options] [source …]"

    def short_desc(self) -> str:
        return "Read the kept pages again with the present parsers and say what differs"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--store", action="store_true", help="store what differs as new revisions")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # Imported here, because Scrapy imports every command for any of them.
        from storage import open_store

        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        environment: Environment = self.settings["ENVIRONMENT"]
        unknown = set(args) - set(loader.list())
        if unknown:
            raise UsageError(f"there is no source {', '.join(sorted(unknown))}; `scrapy list` shows them")
        try:
            store = open_store(environment.database_url)
            try:
                with store.read() as unit:
                    stored = unit.notices.sources()
                for name in sorted(set(loader.list()) & set(args or stored)):
                    _reread(store, loader.load(name), environment, keep=opts.store)
            finally:
                store.close()
        except TenderwatchError as error:
            sys.stderr.write(f"tenderwatch: {error}\n")
            self.exitcode = 1


def _reread(store: object, source: object, environment: Environment, *, keep: bool) -> None:
    from spiders.base import NoticeSpider
    from spiders.extensions import now
    from spiders.rereading import Rereader
    from storage import Store

    assert isinstance(store, Store)
    assert isinstance(source, type)
    assert issubclass(source, NoticeSpider)
    with store.read() as unit:
        rereader = Rereader(source, environment.captures, (each.capture for each in unit.captures.all()))
        numbers = [each.id for each in unit.notices.all(source.name)]
    for number in numbers:
        with store.read() as unit:
            present = unit.notices.by_id(number)
            before = unit.notices.revisions(number)[-1][2]
        if present is None:
            continue
        found = rereader.read(present)
        told: dict[str, object] = {"source": source.name, "id": before.id, "title": before.title}
        if found.notice is None:
            _tell("unread", **told, reason=found.reason)
        elif found.notice == before:
            _tell("same", **told)
        else:
            changes = asdict(diff(before, found.notice))
            _tell("differs", **told, **changes)
            if keep:
                with store.begin() as unit:
                    unit.notices.reread(number, found.notice, now())
    _tell("end", source=source.name)


def _tell(event: str, **facts: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
