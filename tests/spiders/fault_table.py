"""Crawls of every family under every fault: real spiders, the real engine, many crawls in one process."""

import asyncio
import os
import pickle
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from tests.portal.families import FAMILIES, Family, stock_of
from tests.portal.faults import FAULTS, LISTS, PAGES, Fault
from tests.portal.replies import ORDINARY
from tests.portal.site import SitePortal
from tests.spiders.crawling import FORKS, HANGS_AFTER, ROOT

DAYS = {"since": "2026-11-10", "until": "2026-11-21"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What the last crawl of one family under one fault left; `failures` are those of all its crawls."""

    outcome: str
    failures: dict[str, int]
    kinds: tuple[str, ...]
    titles: tuple[str, ...]
    expected: tuple[str, ...]
    counts: dict[str, int]
    asked: int


def is_told(family: Family, fault: Fault) -> bool:
    """Whether the fault can be seen at this family at all: lists that say everything have no pages."""
    return bool(family.pages) or fault.where != PAGES


def crawl_table(folder: Path, workers: int = 2) -> dict[tuple[str, str], Cell]:
    """Every cell by (family, fault); the families are dealt over so many processes."""
    from storage import open_store

    template = folder / "template.sqlite"
    store = open_store(f"sqlite:///{template}")
    store.migrate()
    store.close()
    names = [family.name for family in FAMILIES]
    processes = [
        FORKS.Process(target=work, args=(names[number::workers], str(folder), number)) for number in range(workers)
    ]
    for process in processes:
        process.start()
    found: dict[tuple[str, str], Cell] = {}
    for number, process in enumerate(processes):
        process.join(2 * HANGS_AFTER)
        assert process.exitcode == 0, (folder / f"words-{number}").read_text(encoding="utf-8")
        found |= pickle.loads((folder / f"cells-{number}").read_bytes())
    return found


def work(names: list[str], folder: str, number: int) -> None:
    """What a process does: all cells of some families, one crawl after another in one reactor."""
    os.environ |= {"TENDERWATCH_LOOPBACK_DELAY": "0", "TENDERWATCH_CONTACT": "https://example.org/watch"}
    os.environ["TENDERWATCH_HOME"] = folder
    os.chdir(ROOT)
    os.dup2(os.open(f"{folder}/words-{number}", os.O_WRONLY | os.O_CREAT, 0o600), 2)
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    broken: list[BaseException] = []

    async def all_cells() -> None:
        cells: dict[tuple[str, str], Cell] = {}
        try:
            for family in (each for each in FAMILIES if each.name in names):
                for fault in (each for each in FAULTS if is_told(family, each)):
                    cells[family.name, fault.name] = await crawl_cell(family, fault, Path(folder))
            Path(folder, f"cells-{number}").write_bytes(pickle.dumps(cells))
        except BaseException as error:  # noqa: BLE001 - the process's boundary: raised again below
            broken.append(error)
        finally:
            reactor.stop()  # type: ignore[attr-defined]

    loop.call_soon(lambda: loop.create_task(all_cells()))
    reactor.run()  # type: ignore[attr-defined]
    if broken:
        raise broken[0]


async def crawl_cell(family: Family, fault: Fault, folder: Path) -> Cell:
    from storage import open_store

    home = folder / f"{family.name}-{fault.name.replace(' ', '-')}"
    home.mkdir()
    database = home / "tenderwatch.sqlite"
    shutil.copy(folder / "template.sqlite", database)
    site = family.site(family.make(fault.notices))
    with SitePortal(site) as portal:
        fault.disturb(portal, family)
        if fault.reply != ORDINARY:
            portal.always(family.lists if fault.where == LISTS else family.pages, fault.reply)
            if fault.where == LISTS and family.pages:
                portal.always(family.pages, ORDINARY)
        for number in range(fault.crawls):
            if number:
                change_between(portal, family, fault)
            await crawl_once(family, fault, portal, home)
        asked = [seen for seen in portal.requests if seen.path != "/robots.txt"]
        expected = tuple(sorted({each.title for each in stock_of(site)}))
    store = open_store(f"sqlite:///{database}")
    with store.read() as unit:
        runs = [run for run in unit.runs.recent() if run.stage == "crawl"]
        failures = sum((Counter(run.failures) for run in runs), Counter())
        kinds = tuple(sorted(each.issue.kind for each in unit.runs.issues()))
        titles = tuple(sorted(each.notice.title for each in unit.notices.all()))
    store.close()
    shutil.rmtree(home)
    return Cell(runs[0].outcome, dict(failures), kinds, titles, expected, runs[0].counts, len(asked))


def change_between(portal: SitePortal, family: Family, fault: Fault) -> None:
    """What happens between two crawls."""
    stock = stock_of(portal.site)
    if fault.name == "late post":
        stock.insert(2, family.late(stock))
    elif fault.name == "edited":
        stock[1] = replace(stock[1], body="<p>采购内容：改为办公椅五把。</p>")


async def crawl_once(family: Family, fault: Fault, portal: SitePortal, home: Path) -> None:
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.utils.project import get_project_settings

    from spiders.environment import read_environment

    settings = get_project_settings()
    environment = read_environment({"TENDERWATCH_HOME": str(home), "TENDERWATCH_LOOPBACK_DELAY": "0"})
    settings.setdict({"ENVIRONMENT": replace(environment, daily_budget=fault.budget)} | fault.settings, "cmdline")
    address = portal.url.replace("http://", f"{fault.scheme}://")
    await AsyncCrawlerRunner(settings).crawl(family.spider(), base_url=address, **DAYS)
