"""How this project runs Scrapy. The order of the pipelines reads as a map of the product."""

import os
from importlib.metadata import version

BOT_NAME = "kepu-archive"


def user_agent(contact: str) -> str:
    """Return the User-Agent: what asks, in which version, what for, and whom to write to."""
    return f"{BOT_NAME}/{version(BOT_NAME)} (research archive{contact and f'; contact: {contact}'})"


ADDONS = {"crawler.identity.Identity": 0}
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# --- our own ------------------------------------------------------------------------------------------------
KEPU_DB = os.environ.get("KEPU_DB", "data/kepu.db")
KEPU_KEEPS = (
    False  # whether a run keeps what it fetches: `kepu` and `scrapy crawl` say so, `scrapy shell` does not
)
KEPU_CONTACT = os.environ.get("KEPU_CONTACT", "")
KEPU_DELAY_SCALE = float(
    os.environ.get("KEPU_DELAY_SCALE", "1")
)  # on the live site never below crawl_delay.FLOOR
KEPU_WARC_BYTES = int(os.environ.get("KEPU_WARC_BYTES", str(10**9)))  # after which a new file is begun
KEPU_PROGRESS = False
KEPU_CLOCK = os.environ.get(
    "KEPU_CLOCK", ""
)  # ISO 8601: a run takes this for the time it begins (tests, and bench)
KEPU_ROBOTS_HOURS = float(os.environ.get("KEPU_ROBOTS_HOURS", "24"))  # RFC 9309: no longer than a day
KEPU_LOOK_SHARE = float(
    os.environ.get("KEPU_LOOK_SHARE", "0.05")
)  # of a refresh's requests, spent on second looks: see crawler/second_looks.py
KEPU_PATIENCE = float(
    os.environ.get("KEPU_PATIENCE", "1800")
)  # seconds of rest that a run waits for; else it ends
KEPU_ALARM_SHARE = float(
    os.environ.get("KEPU_ALARM_SHARE", "0.3")
)  # of pages with one warning: see crawler/drift_alarms.py
KEPU_ALARM_DAYS = int(os.environ.get("KEPU_ALARM_DAYS", "0"))  # without a new article; 0: never mind

# --- who we say we are, and how we behave ---------------------------------------------------------------------
ROBOTSTXT_USER_AGENT = BOT_NAME
USER_AGENT = user_agent(KEPU_CONTACT)
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 3.0  # where robots.txt asks for none: twice what anybody reports as safe (site.md, Manners)
DOWNLOAD_DELAY_JITTER = 0.0  # a delay varied at random would at times be shorter than the site asks for
CONCURRENT_REQUESTS = 8  # the frontier gives out one a host; a run over more hosts raises it
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = float(
    os.environ.get("KEPU_DOWNLOAD_TIMEOUT", "60")
)  # for all of an answer, however slowly it drips
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # the largest real page has 40 kB
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
HTTPERROR_ALLOW_ALL = True  # a 404 and a 304 are facts for the archive
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # Not br and zstd: captures keep answers as they were sent, and warcio cannot read either without further packages.
    "Accept-Encoding": "gzip, deflate",
}

# --- the way through --------------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.item_pipelines.StripChrome": 100,
    "pipelines.item_pipelines.NormalizeSegmentation": 200,
    "pipelines.item_pipelines.Validate": 300,
    "pipelines.item_pipelines.Archive": 400,
}
EXTENSIONS = {
    "crawler.crawl_run.CrawlRun": 0,
    "crawler.crawl_progress.Progress": 1,
    # Not needed, and remote control runs Python that is sent to it.
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "crawler.robots.Robots": 100,
    "crawler.middlewares.decompression.Decompression": 590,
    "crawler.middlewares.capture_responses.Captures": 595,
    "crawler.middlewares.redirects.Redirects": 600,
    "crawler.middlewares.host_rests.Rests": 950,
    # Replaced by those above, done by the spider (meta refresh), or of no use to a site of static pages.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the frontier holds hosts of the channel only
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # kepu/urls.py has a bound of its own
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
}
DOWNLOAD_HANDLERS = {"http": "crawler.send_times.SendTimes", "https": "crawler.send_times.SendTimes"}
COOKIES_ENABLED = False

# --- cost: a response is one item, so a hundred workers for its items are ninety-nine too many (scrapy#5182) -------
CONCURRENT_ITEMS = 1
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.crawl_progress.QuietFormatter"
WARN_ON_GENERATOR_RETURN_VALUE = False
