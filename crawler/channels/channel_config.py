"""The facts of a channel: its hosts, its home, its sections, as a file of data says."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kepu.messages import COMMA, Text, joined
from kepu.urls import host_of

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
        found = (host_of(url) for url in (self.rolling, self.search, self.sitemap_index) if url)
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
    sections: tuple[Section, ...]
    sources: Sources = Sources()

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host that may be asked for anything: the channel's own first."""
        return tuple(dict.fromkeys((*self.hosts, *self.sources.hosts)))


def load(name_or_path: str = "kpzg") -> Channel:
    """Return the channel of a name (a file in `crawler/channels/`) or of the path of such a file.

    Raises ValueError, naming the file, where there is none or it lacks a fact.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = FOLDER / f"{name_or_path}.toml"
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        sections = tuple(Section(**section) for section in facts.pop("sections", []))
        sources = facts.pop("sources", {})
        sources["sitemap_names"] = tuple(sources.get("sitemap_names", ()))
        parts = {"hosts": tuple(facts["hosts"]), "sections": sections, "sources": Sources(**sources)}
        return Channel(**facts | parts)
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
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise ValueError(Text("{path}: not a channel's facts: {why}.", path=path, why=str(error))) from error
