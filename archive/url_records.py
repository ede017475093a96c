"""What is kept of a URL and of a host, each as a record."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(slots=True)
class KnownUrl:
    """What is known of one URL."""

    url: str
    host: str
    kind: str
    article: str | None
    state: str
    code: str | None
    """Why the last answer was of no use; None where it was."""
    priority: int
    found_kind: str | None
    found_at: str | None
    title: str | None
    section: str | None
    tries: int
    etag: str | None
    last_modified: str | None
    payload_sha256: str | None
    fetched_at: str | None
    run: int | None
    """The run that asked for it last."""

    @property
    def had(self) -> bool:
        """Whether the last answer was good, so that the same answer again needs no second look."""
        return self.fetched_at is not None and self.code is None


def unseen(url: str, kind: str, article: str | None) -> KnownUrl:
    """Return the record of a URL of which nothing is known yet but its kind and its article's id."""
    return KnownUrl(
        url=url,
        host=host_in(url),
        kind=kind,
        article=article,
        state="pending",
        code=None,
        priority=0,
        found_kind=None,
        found_at=None,
        title=None,
        section=None,
        tries=0,
        etag=None,
        last_modified=None,
        payload_sha256=None,
        fetched_at=None,
        run=None,
    )


@dataclass(slots=True)
class HostRow:
    """What is kept of a host from run to run; times are seconds since 1970."""

    host: str
    asked_at: float | None = None
    rest_until: float | None = None
    refusals: int = 0
    robots_at: float | None = None
    robots_status: int | None = None
    robots: bytes | None = None
    answered_at: float | None = None
    scheme: str | None = None
    """`https` where the host redirects http to it, so that each page costs one request; None: http."""


def host_in(url: str) -> str:
    """Return the host of a URL, or an empty text."""
    return urlsplit(url).hostname or ""
