"""Scrapy's settings: polite by construction, everything else off."""

from notices.errors import ConfigurationError
from spiders.environment import LOOPBACK_HOSTS, read_environment

try:
    ENVIRONMENT = read_environment()
except ConfigurationError as _error:
    raise SystemExit(f"tenderwatch: {_error}") from None

BOT_NAME = "tenderwatch"
SPIDER_MODULES = ["spiders.sources"]
COMMANDS_MODULE = "spiders.commands"
USER_AGENT = ENVIRONMENT.user_agent

ROBOTSTXT_OBEY = True
# One at a time over all hosts, so that a refusal is understood before anything else is asked.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# 4 s give or take a quarter: never below 3 s between two requests to a host. AutoThrottle only ever lengthens it.
DOWNLOAD_DELAY = 4.0
DOWNLOAD_DELAY_JITTER = 0.25
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 4.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# A portal on this machine may be asked faster; no other host has a slot of its own. With no delay at all Scrapy would
# start several requests before it counts the first.
DOWNLOAD_SLOTS = {
    host: {"concurrency": 1, "delay": max(ENVIRONMENT.loopback_delay, 0.001), "jitter": 0.0} for host in LOOPBACK_HOSTS
}

DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 100 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}

# A file's signed address may be long; Scrapy would drop it without a word.
URLLENGTH_LIMIT = 0
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False
HTTPPROXY_ENABLED = False
REFERER_ENABLED = False
MEMUSAGE_ENABLED = False

DOWNLOAD_HANDLERS = {
    "http": "spiders.handlers.LiveHandler",
    "https": "spiders.handlers.LiveHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    # From the engine inwards; answers pass them in the opposite order, so a page is kept before anything reads it.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "spiders.middlewares.RefusalMiddleware": 60,
    "spiders.middlewares.RedirectMiddleware": 560,
    "spiders.middlewares.PatienceMiddleware": 570,
    "spiders.conditional.PaceMiddleware": 850,
    "spiders.conditional.ConditionalMiddleware": 860,
    "spiders.middlewares.CaptureMiddleware": 870,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 880,
}
ITEM_PIPELINES = {"spiders.pipelines.StorePipeline": 500}
EXTENSIONS = {
    "spiders.extensions.RunExtension": 500,
    # Off by the settings above; not even imported.
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.closespider.CloseSpider": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
}
CONCURRENT_ITEMS = 1
# Scrapy would parse the source of every callback anew for every page.
WARN_ON_GENERATOR_RETURN_VALUE = False

LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 300.0
