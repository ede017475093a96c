"""The configuration of a channel, read from a TOML file: its hosts, its home page, its sections."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.channels import check_channel
from kepu import urls
from kepu.messages import COMMA, Text, joined

FOLDER = Path(__file__).parent
"""Folder of the channel files that come with the program."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ConfiguredSection:
    """A section whose list is known beforehand."""

    node: str
    """Number of the section in the site's content system."""
    title: str
    """Title of the section."""
    url: str
    """URL of the first page of its list."""


@dataclass(frozen=True, slots=True)
class ChannelSources:
    """Sources of articles besides the channel's own pages; a source without a URL is not used.

    Only the source itself is requested from its host, unless the channel names that host too.
    """

    rolling: str | None = None
    """URL of the site's rolling news, as JSON."""
    search: str | None = None
    """URL of the search API, which takes POST requests."""
    search_key: str = "的"
    """Search word, which the API requires; the default occurs in nearly every article."""
    search_domain: str | None = None
    """Host to which queries are restricted; needed if several channels of a run share the search API."""
    sitemap_index: str | None = None
    """URL of the index of the site's sitemaps."""
    sitemap_names: tuple[str, ...] = ()
    """Sitemaps of the index are requested if their path contains one of these words."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the sources that are on."""
        found = (urls.host_of(url) for url in (self.rolling, self.search, self.sitemap_index) if url)
        return tuple(host for host in found if host)


@dataclass(frozen=True, slots=True)
class Channel:
    """The contents of one channel file."""

    name: str
    """Name by which `--channel` and the reports refer to it."""
    title: str
    """Title of the channel, for people."""
    home: str
    """URL of the home page."""
    hosts: tuple[str, ...]
    """The only hosts that are ever requested."""
    publisher: str
    """Operator of the site."""
    copyright_holder: str
    """Rights holder of the articles that the site wrote itself."""
    sections: tuple[ConfiguredSection, ...] = ()
    """Sections that every run requests."""
    sources: ChannelSources = ChannelSources()
    """URLs of the sources other than lists."""
    image_hosts: tuple[str, ...] = ()
    """The only hosts from which pictures are fetched (`kepu crawl --images`)."""
    requests: int | None = None
    """Expected number of requests of a whole crawl, by which `kepu shards plan` weighs the channel; None if unknown."""

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host that may be requested, the channel's own hosts first."""
        return tuple(dict.fromkeys((*self.hosts, *self.sources.hosts)))


def connected(groups: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """Return the connected components of groups of hosts: groups that share a host are merged.

    The components are in the order of their first group.
    """
    parent: dict[str, str] = {}

    def root(host: str) -> str:
        while parent[host] != host:
            parent[host] = host = parent[parent[host]]
        return host

    for group in groups:
        hosts = [root(parent.setdefault(host, host)) for host in group]
        for host in hosts[1:]:
            parent[root(host)] = root(hosts[0])
    members: dict[str, list[str]] = {}
    for host in parent:
        members.setdefault(root(host), []).append(host)
    return [frozenset(hosts) for hosts in members.values()]


class Channels:
    """The channels that one run crawls: their hosts and sections, and the channel that each URL belongs to."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        """Keep each channel once; if several use the same search API, restrict each one's queries to its own host."""
        each = list(dict.fromkeys(channels))
        shared = [one.sources.search for one in each if one.sources.search]
        self.each = tuple(
            replace(one, sources=replace(one.sources, search_domain=one.hosts[0]))
            if one.sources.search and shared.count(one.sources.search) > 1
            else one
            for one in each
        )
        self.of_host = {host: one for one in reversed(self.each) for host in reversed(one.hosts)}
        """The first channel that names a host; its keys are the hosts whose articles are crawled."""
        self.hosts = tuple(dict.fromkeys(host for one in self.each for host in one.hosts))
        self.all_hosts = tuple(dict.fromkeys(host for one in self.each for host in one.all_hosts))
        self.image_hosts = tuple(dict.fromkeys(host for one in self.each for host in one.image_hosts))
        self.sections = tuple(dict.fromkeys(section for one in self.each for section in one.sections))

    def of(self, url: str) -> Channel:
        """Return the channel whose host a URL is on, or else the first one."""
        return self.of_host.get(urls.host_of(url) or "", self.each[0])

    def include(self, url: str) -> bool:
        """Return whether a URL is on a host of one of the channels."""
        return urls.host_of(url) in self.of_host

    def that_searches(self, api: str, domain: str | None) -> Channel:
        """Return the channel whose query to a search API is restricted to `domain` (None: not restricted).

        If there is none, return the first channel that uses the API, or else the first of all.
        """
        fitting = [one for one in self.each if one.sources.search == api]
        return next(
            (one for one in fitting if one.sources.search_domain == domain), (fitting or self.each)[0]
        )

    def sitemap_names(self, index: str) -> tuple[str, ...]:
        """Return the words by which sitemaps of an index are chosen, from all channels that read it."""
        reading = (one.sources for one in self.each if one.sources.sitemap_index)
        return tuple(
            name
            for sources in reading
            if urls.canonical(sources.sitemap_index or "") == index
            for name in sources.sitemap_names
        )


check_channel.nested(sections=ConfiguredSection, sources=ChannelSources)


def load(name_or_path: str = "kpzg") -> Channel:
    """Return the channel of this name (a file in `crawler/channels/`), or in the channel file at this path.

    Raises ValueError, with the file's name and what to change, if it cannot be read or is invalid.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = FOLDER / f"{name_or_path}.toml"
    try:
        text = path.read_text(encoding="utf-8-sig")
        channel = check_channel.parse(text, Channel)
        _check(channel, text)
    except OSError as error:
        known = joined(sorted(file.stem for file in FOLDER.glob("*.toml")), COMMA)
        raise ValueError(
            Text(
                "{path}: no such channel ({why}): name one of {known}, or the path of a TOML file with its facts.",
                path=name_or_path,
                why=error.strerror,
                known=known,
            )
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(Text("{path}: not UTF-8: {why}", path=path, why=str(error))) from error
    except check_channel.WrongChannel as error:
        raise ValueError(Text("{path}: {why}", path=path, why=error.args[0])) from error
    return channel


def load_all(names_or_paths: str | Iterable[str] = "kpzg") -> Channels:
    """Return channels by names or paths, given as a list or as a comma-separated string; raises as `load` does."""
    if isinstance(names_or_paths, str):
        names_or_paths = [name.strip() for name in names_or_paths.split(",") if name.strip()]
    return Channels([load(name) for name in names_or_paths] or [load()])


def _check(channel: Channel, text: str) -> None:
    """Raise WrongChannel if keys of a file contradict each other."""
    if not channel.hosts:
        raise check_channel.wrong(text, "hosts", Text("the list is empty, so nothing would be requested"))
    for key, host in [("hosts", host) for host in channel.hosts] + [
        ("image_hosts", host) for host in channel.image_hosts
    ]:
        if urls.host_of(f"http://{host}/") != host or not _HOST.fullmatch(host):
            raise check_channel.wrong(text, key, Text("{host!r} is not a host name in lower case", host=host))
    if urls.host_of(channel.home) not in channel.hosts:
        raise check_channel.wrong(text, "home", Text("its host is not among `hosts`"))
    for section in channel.sections:
        if urls.host_of(section.url) not in channel.hosts:
            raise check_channel.wrong(
                text, "url", Text("{url}: its host is not among `hosts`", url=section.url)
            )
    for key in ("rolling", "search", "sitemap_index"):
        url = getattr(channel.sources, key)
        if url and not urls.host_of(url):
            raise check_channel.wrong(text, key, Text("{url} is not an http or https URL", url=url))
