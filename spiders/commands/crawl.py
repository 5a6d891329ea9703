"""`scrapy crawl SOURCE`: one crawl whose outcome is its exit status (0 done, 1 failed, 2 wrong usage, 3 in part)."""

import argparse
import gc
import sys
from pathlib import Path

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from notices.errors import ConfigurationError, StoreError, TenderwatchError
from notices.run import PARTIAL, SUCCEEDED
from spiders.base import NoticeSpider
from spiders.environment import Environment
from spiders.extensions import RunExtension

STATUS = {SUCCEEDED: 0, PARTIAL: 3}


class Command(ScrapyCrawl):
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if len(args) != 1 or args[0] not in get_spider_loader(self.settings).list():
            raise UsageError("name one source; `scrapy list` shows them")
        environment: Environment = self.settings["ENVIRONMENT"]
        try:
            source = get_spider_loader(self.settings).load(args[0])
            _check(source, opts.spargs, environment)
            environment.logs.mkdir(parents=True, exist_ok=True)
        except ConfigurationError as error:
            _leave(str(error), 2)
        except (TenderwatchError, OSError) as error:
            _leave(str(error), 1)
        self.settings.set("LOG_FILE", str(environment.logs / f"{args[0]}.log"), priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        crawler = self._create_crawler(args[0])
        assert self.crawler_process is not None
        # What is loaded by now stays: without this the collector walks through all of it for every few pages.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        run = crawler.get_extension(RunExtension)
        self.exitcode = STATUS.get(run.outcome, 1) if run else 1


def _check(source: type[Spider], arguments: dict[str, str], environment: Environment) -> None:
    """Says in one sentence what would stop the crawl, before anything is asked of a site."""
    # Imported here, because Scrapy imports every command for any of them.
    from storage import open_store

    if not issubclass(source, NoticeSpider):
        raise ConfigurationError(f"{source.name} is no source of tenderwatch")
    for archive in source(**arguments).archives:
        if not Path(archive).is_file():
            raise ConfigurationError(f"--replay: there is no file {archive}")
    store = open_store(environment.database_url)
    try:
        if not store.is_current():
            raise StoreError("the store has no tables, or older ones: run `tenderwatch init`")
    finally:
        store.close()


def _leave(sentence: str, status: int) -> None:
    sys.stderr.write(f"tenderwatch: {sentence}\n")
    raise SystemExit(status)
