"""Scrapy settings of this project. ITEM_PIPELINES shows the steps from a page to a stored article.

Every setting can be changed from outside this file: see crawler/settings_sources.py.
"""

import sys
from importlib.metadata import version

from crawler import settings_sources
from kepu.errors import WrongSettings

BOT_NAME = "kepu-archive"
"""Name of the program in the User-Agent and for robots.txt."""


def user_agent(contact: str) -> str:
    """Return the User-Agent: the program, its version, its purpose, and an address to write to (may be empty)."""
    return f"{BOT_NAME}/{version(BOT_NAME)} (research archive{contact and f'; contact: {contact}'})"


ADDONS = {"crawler.identity.Identity": 0}  # makes USER_AGENT when all settings are merged
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# --- our own ------------------------------------------------------------------------------------------------
KEPU_DB = "data/kepu.db"  # the archive
KEPU_KEEPS = False  # whether a run opens the archive before the first request: `kepu` and `scrapy crawl` do
KEPU_DERIVES = (
    True  # whether to update search index and near duplicates; False for an archive that is merged at once
)
KEPU_NEW = False  # whether to create an empty archive beside the remains of one whose database is lost
KEPU_CONTACT = ""  # an address in the User-Agent, for the people who run the site
KEPU_DELAY_SCALE = 1.0  # factor of all delays; on the live site a delay is never below crawl_delay.FLOOR
KEPU_WARC_BYTES = 10**9  # size in bytes at which a new capture file is started
KEPU_PROGRESS = False  # whether to show a progress bar
KEPU_CLOCK = ""  # ISO 8601: the time that replaces the actual start time of a run (tests and bench)
KEPU_CLOCK_STOPS = False  # with KEPU_CLOCK: that time holds for the whole run (the demo)
KEPU_ROBOTS_HOURS = 24.0  # hours for which robots.txt is cached; RFC 9309, 2.4, allows a day
KEPU_LOOK_SHARE = 0.05  # share of a refresh's requests that re-check old pages (crawler/spot_checks.py)
KEPU_PATIENCE = 1800.0  # seconds that a run waits at most for a host that rests; otherwise the run ends
KEPU_LEASE = None  # the Lease object of a shard, set by crawler/shards/shard_round.py
KEPU_ALARM_SHARE = 0.3  # share of pages with the same warning that raises an alarm (crawler/drift_alarms.py)
KEPU_ALARM_DAYS = 0  # days without a new article that raise an alarm; 0: none

# --- identity and politeness ----------------------------------------------------------------------------------
ROBOTSTXT_USER_AGENT = BOT_NAME
USER_AGENT = user_agent("")  # crawler/identity.py adds KEPU_CONTACT
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = (
    3.0  # for hosts without a Crawl-delay: twice the longest delay that other crawlers of the site use
)
DOWNLOAD_DELAY_JITTER = 0.0  # a delay varied at random would at times be shorter than the site asks for
CONCURRENT_REQUESTS = 8  # the frontier sends one per host at a time; a run over more hosts raises this
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = 60.0  # seconds for the whole response, however slowly it arrives
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # the largest real page has 40 kB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True  # with the authorities of the system, or those in the file SSL_CERT_FILE
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
HTTPERROR_ALLOW_ALL = True  # the archive records 404 and 304 responses too
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # Without br and zstd: captures store responses as they were sent, and warcio needs extra packages to read those.
    "Accept-Encoding": "gzip, deflate",
}

# --- components -------------------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.item_pipelines.StripChrome": 100,
    "pipelines.item_pipelines.NormalizeSegmentation": 200,
    "pipelines.item_pipelines.Validate": 300,
    "pipelines.item_pipelines.StoreInArchive": 400,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}
EXTENSIONS = {
    "crawler.crawl_run.CrawlRun": 0,
    "crawler.crawl_progress.CrawlProgress": 1,
    "crawler.feeds.ArticleFeeds": 2,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.robots.Robots": 100,
    "crawler.middlewares.decompression.Decompression": 590,
    "crawler.middlewares.capture_responses.CaptureResponses": 595,
    "crawler.middlewares.redirects.Redirects": 600,
    "crawler.middlewares.backoff_middleware.HostRests": 950,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # replaced by Robots, which caches for a day
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # replaced by Decompression
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # replaced by Redirects
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # the spider reads it: a list may have one
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the frontier has the channel's hosts only
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # the site has no logins
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # static pages; a cookie would identify us
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,  # captures and conditional requests instead
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # see HTTPERROR_ALLOW_ALL
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,  # requests carry no Referer
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # kepu/urls.py has its own limit
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # the frontier orders by kind, not by depth
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # a check for development
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,  # the frontier treats start requests like all others
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.record_send_times.SendTimes",
    "https": "crawler.record_send_times.SendTimes",
}

# The switches of the components that are off above, so that `scrapy settings --get` tells the truth about them.
AUTOTHROTTLE_ENABLED = False
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
REFERER_ENABLED = False
METAREFRESH_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False

# --- feed exports (`-O out.jsonl`): see crawler/feeds.py -----------------------------------------------------------
FEED_EXPORTERS = {"csv": "crawler.feeds.ArticleCsv"}
FEED_EXPORT_ENCODING = "utf-8"  # Chinese as it is, not as \uXXXX

# --- cost: a response yields one item, so more than one worker for its items is wasted (scrapy#5182) ----------------
CONCURRENT_ITEMS = 1
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.crawl_progress.QuietFormatter"
WARN_ON_GENERATOR_RETURN_VALUE = False  # this check parses the source code of each callback on every run

# --- kepu.toml and the environment override all of the above --------------------------------------------------------
try:
    globals().update(settings_sources.given([name for name in globals() if name.isupper()]))
except WrongSettings as error:
    sys.stderr.write(f"kepu: {error.said()}\n")
    raise SystemExit(2) from None
