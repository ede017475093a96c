"""Records of what the archive stores about a URL and about a host."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(slots=True)
class KnownUrl:
    """What is known about one URL."""

    url: str
    host: str
    kind: str
    article: str | None
    state: str
    code: str | None
    """Why the last response was unusable; None if it was usable."""
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
    asked_at: float | None = None
    rest_until: float | None = None
    refusals: int = 0
    robots_at: float | None = None
    robots_status: int | None = None
    robots: bytes | None = None
    answered_at: float | None = None
    scheme: str | None = None
    """`https` if the host redirects http to it, so that each page takes one request; None means http."""


def host_in(url: str) -> str:
    """Return the host of a URL, or an empty string."""
    return urlsplit(url).hostname or ""
