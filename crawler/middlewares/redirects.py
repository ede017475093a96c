"""Scrapy's redirect middleware, kept within the hosts of the channel."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.crawl_run import CrawlRun
from kepu import urls


class LeftTheChannel(IgnoreRequest):
    """A redirect to a host that is not requested."""


class Redirects(RedirectMiddleware):
    """Follow redirects within the channel's hosts, or within the host that was asked, and no others."""

    def __init__(self, settings: object) -> None:
        super().__init__(settings)  # type: ignore[arg-type]
        self.hosts: tuple[str, ...] = ()
        self.crawl_run: CrawlRun | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Redirects":
        """Create the middleware (called by Scrapy) for the hosts of the spider."""
        # Without super(), which has Scrapy warn of a missing RefererMiddleware though handle_referer is our own.
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        middleware.hosts = tuple(getattr(crawler.spider, "allowed_domains", None) or ())
        middleware.crawl_run = CrawlRun.of(crawler)
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:
        """Do nothing, so that requests carry no Referer."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response, or the request to follow. Raises LeftTheChannel if it leads to another host."""
        answer = super().process_response(request, response)
        if isinstance(answer, Request):
            allowed = (*self.hosts, urls.host_of(request.url))
            if urls.host_of(answer.url) not in allowed:
                raise LeftTheChannel(f"redirected to {answer.url[:200]}, which is not of the channel")
            if self.crawl_run is not None and urls.canonical(answer.url) == urls.canonical(request.url):
                self.crawl_run.hosts.learn_scheme(request.url, answer.url)
            answer.meta.pop("download_slot", None)  # of the host that was asked, and maybe not of this one
        elif response.status in {301, 302, 303, 307, 308} and (location := response.headers.get("Location")):
            # Scrapy leaves a redirect to anything but http(s) to the spider.
            raise LeftTheChannel(f"redirected to {location[:200].decode('latin-1')}, which is not of the web")
        return answer
