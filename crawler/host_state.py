"""The hosts of a run: when each was asked last, how long it is to be left alone, and what it answered lately."""

import time
from urllib.parse import urlsplit

from archive.url_state import HostRow, UrlState, host_in
from crawler import backoff


class Hosts:
    """What is known of the hosts; it begins with what the archive kept, and is kept there again."""

    def __init__(self, *, scale: float) -> None:
        self._scale = scale
        self._rows: dict[str, HostRow] = {}
        self._changed: set[str] = set()
        self._refusing: set[str] = set()
        self.least: dict[str, float] = {}
        """Seconds that each host asked for, scaled: the delay never falls below."""
        self.closed: dict[str, str] = {}
        """Hosts that are not asked any more in this run, and why."""

    def load(self, memory: UrlState) -> None:
        """Take over what the archive knows."""
        self._rows = memory.hosts()
        self._refusing = {host for host, row in self._rows.items() if row.refusals}

    def save(self, memory: UrlState) -> None:
        """Let the archive know what has changed."""
        for host in self._changed:
            memory.keep_host(self._rows[host])
        self._changed.clear()

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._changed)

    def of(self, host: str) -> HostRow:
        """Return what is known of a host, to read or to write."""
        self._changed.add(host)
        return self._rows.setdefault(host, HostRow(host))

    def asked(self, host: str) -> None:
        """A request to the host is sent now."""
        self.of(host).asked_at = time.time()

    def has_answered(self, host: str) -> None:
        """The host has sent an answer, of whatever status, and all of it."""
        self.of(host).answered_at = time.time()

    def address(self, url: str) -> str:
        """Return a URL with the scheme that its host was seen to redirect to."""
        row = self._rows.get(host_in(url))
        if row is not None and row.scheme == "https" and url.startswith("http://"):
            return "https" + url.removeprefix("http")
        return url

    def learn_scheme(self, asked: str, led_to: str) -> None:
        """Note that a host redirects a URL to the same one with another scheme: its pages then cost one request."""
        before, after = urlsplit(asked), urlsplit(led_to)
        if before.hostname == after.hostname and before.scheme != after.scheme and before.hostname:
            self.of(before.hostname).scheme = after.scheme

    def forget_scheme(self, url: str) -> None:
        """Note that a host does not answer by the scheme that was learnt."""
        if url.startswith("https:"):
            self.of(host_in(url)).scheme = None

    def answered(self, url: str) -> None:
        """The host of a URL gave an answer of use, which a firewall's page with status 200 is not."""
        if self._refusing and (host := host_in(url)) in self._refusing:
            self._refusing.discard(host)
            self.of(host).refusals = 0

    def refused(self, host: str, kind: str, asked: float | None = None) -> float:
        """The host refused, or did not answer; return the seconds for which it is left alone."""
        row = self.of(host)
        row.refusals += 1
        self._refusing.add(host)
        seconds = backoff.rest(kind, row.refusals, asked) * self._scale
        if seconds:
            row.rest_until = max(row.rest_until or 0.0, time.time() + seconds)
        return seconds

    def gives_up(self, host: str) -> bool:
        """Return whether a host refused so often in a row that the run should end."""
        return host in self._rows and self._rows[host].refusals >= backoff.GIVE_UP

    def resting(self, host: str) -> float:
        """Return the seconds for which a host is still to be left alone; 0: it may be asked."""
        row = self._rows.get(host)
        if row is None or not row.rest_until:
            return 0.0
        # A clock that was put back must not make a rest longer than the longest.
        return max(0.0, min(row.rest_until - time.time(), backoff.REST_LAST))

    def since_asked(self, host: str) -> float | None:
        """Return the seconds since the last request or answer of the host, in whatever run; None if there was none."""
        row = self._rows.get(host)
        if row is None or row.asked_at is None:
            return None
        return max(0.0, time.time() - max(row.asked_at, row.answered_at or 0.0))
