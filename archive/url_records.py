"""Records of what the archive stores about a URL and about a host."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(slots=True)
class KnownUrl:
    """What is known about one URL."""

    url: str
    """The canonical URL."""
    host: str
    """Its host."""
    kind: str
    """`article`, `part`, `home`, `section`, or the kind of another source."""
    article: str | None
    """Id of the article in the URL, or None."""
    state: str
    """One of archive.url_state.STATES."""
    code: str | None
    """Why the last response was unusable; None if it was usable."""
    priority: int
    """Its requests are sent before those of a lower priority."""
    found_kind: str | None
    """Kind of the place where it was found, or None."""
    found_at: str | None
    """How it was found (Discovery.kind), and the URL of the page that linked to it; None for a seed."""
    title: str | None
    """Title of the link to it, or None."""
    section: str | None
    """Text of the link to it, and title of the list with that link."""
    tries: int
    """Number of consecutive requests that failed."""
    etag: str | None
    """The ETag header of its last response, or None."""
    last_modified: str | None
    """The Last-Modified header of its last response, or None."""
    payload_sha256: str | None
    """Validators and body hash of its last usable response."""
    fetched_at: str | None
    """When it was last requested, ISO 8601 in UTC."""
    run: int | None
    """The run that requested it last."""

    @property
    def had(self) -> bool:
        """Return whether the last response was usable, so that the same response again needs no processing."""
        return self.fetched_at is not None and self.code is None


def unseen(url: str, kind: str, article: str | None) -> KnownUrl:
    """Return the record of a URL of which only its kind and its article's id are known."""
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
    """What is stored about a host between runs; times are seconds since 1970."""

    host: str
    """Name of the host."""
    asked_at: float | None = None
    """When the last request was sent to it."""
    rest_until: float | None = None
    """Until when it must not be requested."""
    refusals: int = 0
    """Number of consecutive refusals and missing responses."""
    robots_at: float | None = None
    """When its robots.txt was read; None if never."""
    robots_status: int | None = None
    """HTTP status of its robots.txt; None if it was never read."""
    robots: bytes | None = None
    """The robots.txt that was read last, with its time and HTTP status before it."""
    answered_at: float | None = None
    """When its last response was complete."""
    scheme: str | None = None
    """`https` if the host redirects http to it, so that each page takes one request; None means http."""


def host_in(url: str) -> str:
    """Return the host of a URL, or an empty string."""
    return urlsplit(url).hostname or ""
