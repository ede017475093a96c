"""Download handler that records when each request is sent, which is after its delay."""

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from crawler.crawl_run import CrawlRun


class SendTimes(HTTP11DownloadHandler):
    """Scrapy's handler for http and https.

    A middleware would record the time too early, since a request waits for its delay after all middlewares.
    """

    async def download_request(self, request: Request) -> Response:
        """Record the time at which the request is sent to its host, send it, and return the response."""
        CrawlRun.of(self.crawler).sends(request)
        return await super().download_request(request)
