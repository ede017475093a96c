"""Scrapy's redirect middleware, restricted to the hosts of the channel."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.crawl_run import CrawlRun
from kepu import urls


class LeftTheChannel(IgnoreRequest):
    """A redirect to a host that the run does not request."""


class Redirects(RedirectMiddleware):
    """Follows redirects within the channel's hosts, and those within the requested host, but no others."""

    def __init__(self, settings: object) -> None:
        super().__init__(settings)  # type: ignore[arg-type]
        self.hosts: tuple[str, ...] = ()
        self.crawl_run: CrawlRun | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Redirects":
        """Create the middleware (called by Scrapy) for the hosts of the spider."""
        # super() is not called: it would warn of a missing RefererMiddleware, which handle_referer replaces here.
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
                raise LeftTheChannel(
                    f"redirected to {answer.url[:200]}, which is not on a host of the channel"
                )
            if self.crawl_run is not None and urls.canonical(answer.url) == urls.canonical(request.url):
                self.crawl_run.hosts.learn_scheme(request.url, answer.url)
            answer.meta.pop(
                "download_slot", None
            )  # the slot of the requested host, which may not be the new one
        elif response.status in {301, 302, 303, 307, 308} and (location := response.headers.get("Location")):
            # Scrapy passes a redirect to another scheme than http(s) on to the spider as a response.
            raise LeftTheChannel(
                f"redirected to {location[:200].decode('latin-1')}, which is not an http or https URL"
            )
        return answer
