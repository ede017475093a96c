"""Plain functions that turn the response to a request, or its failure, into a Visit or a Page."""

import hashlib

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.url_records import KnownUrl
from crawler.discovery.list_checks import ListProblem
from crawler.middlewares import capture_responses
from crawler.middlewares.redirects import LeftTheChannel
from crawler.network_errors import describe, is_too_large
from crawler.robots import RobotsForbid
from kepu.records import Capture, Discovery, Page, Visit


def visit_of(response: Response, known: KnownUrl, now: str, *, thorough: bool) -> Visit:
    """Return the visit for a response; its state depends on the status and on whether the body has the stored digest.

    With `thorough`, a response with the stored digest counts as fetched instead of unchanged.
    """
    visit = Visit(known.url, "fetched", now, known.kind, known.article, status=response.status)
    visit.etag, visit.last_modified = header(response, "ETag"), header(response, "Last-Modified")
    if response.status == 200:
        visit.payload_sha256 = hashlib.sha256(response.body).hexdigest()
        if known.had and visit.payload_sha256 == known.payload_sha256 and not thorough:
            visit.state = "unchanged"
    elif response.status == 304 and is_conditional(response):
        visit.state = "unchanged"
    elif response.status in {404, 410}:
        visit.state, visit.code = "gone", "missing_page"
    else:
        again = response.status >= 400 or response.status == 304
        visit.state, visit.code, visit.again = "failed", f"http_{response.status}", again
        visit.message = f"answered {response.status}"
    if visit.state == "unchanged" or (visit.state == "fetched" and known.kind != "article"):
        visit.captures = captured(response, visit.payload_sha256 or known.payload_sha256)
    return visit


def visit_of_failure(error: BaseException, known: KnownUrl, now: str) -> Visit:
    """Return the visit for a URL without a response: `refused` if robots.txt forbids it, else `failed`."""
    visit = Visit(known.url, "failed", now, known.kind, known.article, again=True)
    visit.code, visit.message = "network", describe(error)
    if isinstance(error, RobotsForbid):
        visit.state, visit.code, visit.message = "refused", "robots", str(error)
    elif isinstance(error, LeftTheChannel):
        visit.state, visit.code, visit.message = "failed", "left_the_channel", str(error)
    elif is_too_large(error):
        visit.code = "too_large"
        visit.message = str(error) if isinstance(error, IgnoreRequest) else describe(error)
    elif isinstance(error, IgnoreRequest):
        visit.code, visit.message = "ignored", str(error)
    return visit


def judge(visit: Visit, problem: ListProblem | None) -> None:
    """Mark a visit as failed if there is a problem: its URL is due again, and its validators are dropped."""
    if problem is not None:
        visit.state, visit.again = "failed", True
        visit.code, visit.message = problem
        visit.etag = visit.last_modified = visit.payload_sha256 = None


def judge_missing(visit: Visit) -> None:
    """Mark the visit of a missing list or other source as failed, so that it is due again."""
    judge(visit, ListProblem("missing_page", f"answered {visit.status}"))


def captured(response: Response, payload_sha256: str | None) -> list[Capture]:
    """Return a list with the capture of a response; empty if responses are not captured."""
    capture = capture_responses.of(response, payload_sha256)
    return [capture] if capture else []


def page_of(response: Response, known: KnownUrl | None, *, run: int, now: str) -> Page:
    """Return a response as the record that the pipelines take."""
    return Page(
        body=response.body,
        url=response.url,
        url_requested=known.url if known else response.url,
        status=response.status,
        content_type=header(response, "Content-Type"),
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        fetched_at=now,
        discovered_via=Discovery(known.found_kind or "seed", known.found_at, known.title, known.section)
        if known
        else None,
        run=run,
        capture=capture_responses.of(response, hashlib.sha256(response.body).hexdigest()),
    )


def is_conditional(response: Response) -> bool:
    """Return whether a response is to a conditional request: only then is a 304 valid."""
    request_headers = response.request.headers if response.request is not None else {}
    return "If-None-Match" in request_headers or "If-Modified-Since" in request_headers


def header(response: Response, name: str) -> str | None:
    """Return a header as a string, or None if the response has none or an empty one."""
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None
