"""The facts of a channel: its hosts, its home, its sections, as a file of data says."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("channels")


@dataclass(frozen=True, slots=True)
class Section:
    """A section whose list is known beforehand."""

    node: str
    title: str
    url: str


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
        return Channel(**facts | {"hosts": tuple(facts["hosts"]), "sections": sections})
    except OSError as error:
        raise ValueError(f"{path}: no such channel ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: not a channel's facts: {error}.") from error
