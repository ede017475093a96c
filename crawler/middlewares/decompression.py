"""Scrapy's decompression middleware, without the guess at a charset that costs 2.9 ms per page."""

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response, TextResponse


class Decompression(HttpCompressionMiddleware):
    """Decompress without asking a compressed body for its charset.

    `TextResponse.replace` reads the encoding of the response it replaces, which for a page without a charset in
    its header means guessing one from gzip's bytes: 2.9 ms a page. A plain `Response` has none to read.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response with its body decompressed."""
        if "Content-Encoding" in response.headers and isinstance(response, TextResponse):
            response = Response(
                response.url,
                status=response.status,
                headers=response.headers,
                body=response.body,
                flags=response.flags,
                request=response.request,
                certificate=response.certificate,
                ip_address=response.ip_address,
                protocol=response.protocol,
            )
        return super().process_response(request, response)
