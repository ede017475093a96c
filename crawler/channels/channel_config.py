"""The facts of a channel: its hosts, its home, its sections, as a file of data says."""

from dataclasses import dataclass
from pathlib import Path

from crawler.channels import check_channel
from kepu import urls
from kepu.messages import COMMA, Text, joined

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Section:
    """A section whose list is known beforehand."""

    node: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Where else the site names articles; a source without a URL is off.

    The host of each may be asked for that alone.
    """

    rolling: str | None = None
    """The site's rolling news, as JSON."""
    search: str | None = None
    """The search API, asked by POST."""
    search_key: str = "的"
    """It answers only where a word is given: this one stands in nearly every article."""
    sitemap_index: str | None = None
    sitemap_names: tuple[str, ...] = ()
    """Of the index's sitemaps, those whose path holds one of these words are asked."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of the sources that are on."""
        found = (urls.host_of(url) for url in (self.rolling, self.search, self.sitemap_index) if url)
        return tuple(host for host in found if host)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of the site."""

    name: str
    title: str
    home: str
    hosts: tuple[str, ...]
    """The only hosts that are ever asked."""
    publisher: str
    copyright_holder: str
    sections: tuple[Section, ...] = ()
    sources: Sources = Sources()

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host that may be asked for anything: the channel's own first."""
        return tuple(dict.fromkeys((*self.hosts, *self.sources.hosts)))


check_channel.nested(sections=Section, sources=Sources)


def load(name_or_path: str = "kpzg") -> Channel:
    """Return the channel of a name (a file in `crawler/channels/`) or of the path of such a file.

    Raises ValueError, naming the file, where there is none or it lacks a fact.
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


def _check(channel: Channel, text: str) -> None:
    """Raise WrongChannel where the facts of a file do not go together."""
    if not channel.hosts:
        raise check_channel.wrong(text, "hosts", Text("it names no host, so that nothing would be requested"))
    for host in channel.hosts:
        if "/" in host or not urls.on_site(f"http://{host}/"):
            raise check_channel.wrong(text, "hosts", Text("{host!r} is no host of the site", host=host))
    if urls.host_of(channel.home) not in channel.hosts:
        raise check_channel.wrong(text, "home", Text("its host is not among `hosts`"))
    for section in channel.sections:
        if urls.host_of(section.url) not in channel.hosts:
            raise check_channel.wrong(
                text, "url", Text("{url}: its host is not among `hosts`", url=section.url)
            )
    for key in ("rolling", "search", "sitemap_index"):
        url = getattr(channel.sources, key)
        if url and not urls.on_site(url):
            raise check_channel.wrong(text, key, Text("{url} is no URL of the site", url=url))
