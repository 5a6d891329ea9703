"""`scrapy sources`: what the sources declare, as JSON Lines."""

import argparse
import json
import sys

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from spiders.declaration import DECLARED


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012

    def short_desc(self) -> str:
        return "List the sources with what they declare, as JSON Lines"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        for name in sorted(loader.list()):
            source = loader.load(name)
            facts = {"id" if field == "name" else field: getattr(source, field) for field in (*DECLARED, "quiet_hours")}
            sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
