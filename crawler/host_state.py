"""The hosts of a run: the time of each one's last request, how long it rests, and its recent responses."""

import time
from urllib.parse import urlsplit

from archive.url_state import HostRow, UrlState, host_in
from crawler import backoff


class Hosts:
    """The state of all hosts, loaded from the archive when a run starts and saved there with each commit."""

    def __init__(self, *, scale: float) -> None:
        self._scale = scale
        self._rows: dict[str, HostRow] = {}
        self._changed: set[str] = set()
        self._refusing: set[str] = set()
        self.least: dict[str, float] = {}
        """Minimum delay of each host: its Crawl-delay, scaled."""
        self.closed: dict[str, str] = {}
        """Map each host that this run no longer requests to the reason."""

    def load(self, memory: UrlState) -> None:
        """Load the state from the archive; hosts that this run has already requested keep their newer state."""
        learnt = {host: row for host, row in self._rows.items() if host in self._changed}
        self._rows = memory.hosts() | learnt
        self._refusing = {host for host, row in self._rows.items() if row.refusals}

    def save(self, memory: UrlState) -> None:
        """Save what has changed to the archive."""
        for host in self._changed:
            memory.keep_host(self._rows[host])
        self._changed.clear()

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._changed)

    def of(self, host: str) -> HostRow:
        """Return the state of a host, which callers may change."""
        self._changed.add(host)
        return self._rows.setdefault(host, HostRow(host))

    def asked(self, host: str) -> None:
        """Record that a request is sent to the host now."""
        self.of(host).asked_at = time.time()

    def has_answered(self, host: str) -> None:
        """Record that the host has completed a response, with any status."""
        self.of(host).answered_at = time.time()

    def address(self, url: str) -> str:
        """Return a URL, with https in place of http if its host is known to redirect to https."""
        row = self._rows.get(host_in(url))
        if row is not None and row.scheme == "https" and url.startswith("http://"):
            return "https" + url.removeprefix("http")
        return url

    def learn_scheme(self, requested: str, target: str) -> None:
        """Record that a host redirects to another scheme, if the two URLs differ in it; see `address`."""
        before, after = urlsplit(requested), urlsplit(target)
        if before.hostname == after.hostname and before.scheme != after.scheme and before.hostname:
            self.of(before.hostname).scheme = after.scheme

    def forget_scheme(self, url: str) -> None:
        """Record that a host does not respond under https, so that `address` no longer chooses it.

        A URL with http is ignored.
        """
        if url.startswith("https:"):
            self.of(host_in(url)).scheme = None

    def answered(self, url: str) -> None:
        """Record that the host of a URL gave a usable response (a firewall's page with status 200 is not one)."""
        if self._refusing and (host := host_in(url)) in self._refusing:
            self._refusing.discard(host)
            self.of(host).refusals = 0

    def refused(self, host: str, kind: str, retry_after: float | None = None) -> float:
        """Record that the host refused or did not respond; return the seconds for which it rests.

        The arguments are those of backoff.rest.
        """
        row = self.of(host)
        row.refusals += 1
        self._refusing.add(host)
        seconds = backoff.rest(kind, row.refusals, retry_after) * self._scale
        if seconds:
            row.rest_until = max(row.rest_until or 0.0, time.time() + seconds)
        return seconds

    def gives_up(self, host: str) -> bool:
        """Return whether a host refused so often in a row that the run should end."""
        return host in self._rows and self._rows[host].refusals >= backoff.GIVE_UP

    def resting(self, host: str) -> float:
        """Return the seconds for which a host must still be left alone; 0 if it may be requested."""
        row = self._rows.get(host)
        if row is None or not row.rest_until:
            return 0.0
        # If the clock was set back, the rest must not become longer than the maximum.
        return max(0.0, min(row.rest_until - time.time(), backoff.REST_LAST))

    def since_asked(self, host: str) -> float | None:
        """Return the seconds since the last request to the host or its response, in any run; None if there was none."""
        row = self._rows.get(host)
        if row is None or row.asked_at is None:
            return None
        return max(0.0, time.time() - max(row.asked_at, row.answered_at or 0.0))
