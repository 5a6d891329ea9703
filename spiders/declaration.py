"""What every source declares of itself, and what none may: the politeness of all is not for sources to loosen."""

import re
from typing import Any, ClassVar

from scrapy import Spider
from scrapy.settings import BaseSettings

from notices.errors import ConfigurationError
from notices.quiet import read_quiet_hours
from spiders.environment import LEAST_PAUSE, LOOPBACK_HOSTS

DECLARED = (
    "name", "title_en", "title_zh", "publisher", "region", "family", "url", "expected_per_day", "silence_limit",
    "evidence_date", "confidence",
)  # fmt: skip
# What would loosen the politeness that spiders/settings.py sets for every source.
NOT_FOR_SOURCES = (
    "custom_settings", "update_settings", "download_delay", "max_concurrent_requests", "user_agent",
    "handle_httpstatus_list", "download_timeout", "download_maxsize", "start_urls",
)  # fmt: skip
_COMPUTING = re.compile(
    r"服务器|算力|GPU|显卡|人工智能|智算|智能计算|大模型|云服务|云计算|云平台|云资源|计算机|工作站|信息化|软件|数据中心|"
    r"集群|加速卡|超算|高性能计算|存储|深度学习|仿真|渲染|机房|AI(?![A-Z])|API|HPC|token",
    re.IGNORECASE,
)


class DeclaredSpider(Spider):
    """A class that does not say all of DECLARED, or says anything of NOT_FOR_SOURCES, cannot be made.

    `quiet_hours`: windows (HH:MM-HH:MM, the sites' time) in which its host is not asked, besides those that the
    configuration sets.
    """

    title_en: ClassVar[str]
    title_zh: ClassVar[str]
    publisher: ClassVar[str]
    region: ClassVar[str]
    family: ClassVar[str]
    url: ClassVar[str]
    expected_per_day: ClassVar[tuple[int, int]]
    silence_limit: ClassVar[int]
    evidence_date: ClassVar[str]
    confidence: ClassVar[str]
    quiet_hours: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **facts: Any) -> None:
        super().__init_subclass__(**facts)
        looser = [name for name in NOT_FOR_SOURCES if name in vars(cls)]
        if looser:
            raise TypeError(f"{cls.__module__}: no source may set {', '.join(looser)}; see spiders/settings.py")
        missing = [name for name in DECLARED if not hasattr(cls, name)]
        if "name" in vars(cls) and missing:
            raise TypeError(f"{cls.__module__}: the source {cls.name} does not declare {', '.join(missing)}")
        read_quiet_hours(cls.quiet_hours)


def is_computing(title: str) -> bool:
    """Whether a title sounds like computing: only the order of the requests depends on it."""
    return bool(_COMPUTING.search(title))


def check_politeness(settings: BaseSettings) -> None:
    """No command line and no source loosens what spiders/settings.py promises: ConfigurationError names the setting."""
    least = settings.getfloat("DOWNLOAD_DELAY") * (1 - settings.getfloat("DOWNLOAD_DELAY_JITTER"))
    kept = {
        "DOWNLOAD_DELAY": least >= LEAST_PAUSE,
        "DOWNLOAD_SLOTS": set(settings.getdict("DOWNLOAD_SLOTS")) <= set(LOOPBACK_HOSTS),
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1,
        "ROBOTSTXT_OBEY": settings.getbool("ROBOTSTXT_OBEY"),
        "AUTOTHROTTLE_ENABLED": settings.getbool("AUTOTHROTTLE_ENABLED"),
        "USER_AGENT": str(settings["USER_AGENT"]).startswith("tenderwatch"),
    }
    looser = [name for name, is_kept in kept.items() if not is_kept]
    if looser:
        raise ConfigurationError(f"no crawl may loosen {', '.join(looser)}: see spiders/settings.py")
