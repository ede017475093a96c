"""A replica whose articles are spread over many hosts, each a channel of its own, to measure shards.

Each host has only a robots.txt, one section and its share of the articles.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from demo import lists, render
from demo.answer import HTML, Answer, pack
from demo.channel import SECTIONS
from demo.lists import Entry
from demo.stories import Story

NODE = "404214"
"""Node of the only section of each host."""

_NODES = re.compile(r"^(n\d?/\d+/\d+/c|GB/)[\d/]*\d([-/]\d+)")
"""Matches the path of an article with groups before and after its nodes, which are replaced by NODE."""

SITES = ("people.com.cn", "example.cn", "example.org")
"""Sites of the hosts; with several sites, hosts are assigned to them in turn."""


def host(number: int, sites: int = 1) -> str:
    """Return the name of a host by its number, from 0."""
    return f"h{number}.{SITES[number % sites]}"


def write_channels(folder: Path, hosts: int, sites: int = 1) -> list[Path]:
    """Write a channel file for each host into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(hosts):
        name = host(number, sites)
        url = f"http://{name}/GB/{NODE}/index.html"
        facts = [f'name = "h{number}"', f'title = "第{number}家"', f'home = "{url}"', f'hosts = ["{name}"]']
        facts += [f'publisher = "{name}"', f'copyright_holder = "{name}"', "[[sections]]"]
        facts += [f'node = "{NODE}"', f'title = "{name}"', f'url = "{url}"', ""]
        paths.append(folder / f"h{number:04}.toml")
        paths[-1].write_text("\n".join(facts), encoding="utf-8")
    return paths


@dataclass(slots=True)
class SpreadSite:
    """Stories distributed over hosts in turn, each with one URL; all pages are rendered in advance."""

    stories: tuple[Story, ...]
    hosts: frozenset[str]
    crawl_delay: float = 0
    per_page: int = 20
    stage: int = 0
    _sections: dict[str, list[Entry]] = field(default_factory=dict)
    _pages: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(
        cls, stories: tuple[Story, ...], hosts: int, sites: int, crawl_delay: float, per_page: int
    ) -> "SpreadSite":
        """Create the site from stories."""
        names = [host(number, sites) for number in range(hosts)]
        site = cls(stories, frozenset(names), crawl_delay, per_page, 0, {name: [] for name in names})
        for number, story in enumerate(stories):
            site._deal(names[number % hosts], story)
        return site

    def answer(self, name: str, path: str) -> Answer:
        """Return the answer to a GET of `path` (without its query) on one of the hosts."""
        if path == "/robots.txt":
            rules = f"User-agent: *\nDisallow:\nCrawl-delay: {self.crawl_delay:g}\n"
            return Answer(200, rules.encode(), "text/plain", 0.0)
        listing = self._listing(name, path)
        return listing or self._pages.get(f"http://{name}{path}") or Answer(404, lists.missing())

    def search(self, body: bytes) -> Answer:
        """Return 404, because these hosts have no search."""
        return Answer(404, b"", "application/json")

    @property
    def newest(self) -> str:
        """The URL of the first host's first article."""
        return next(iter(self._sections.values()))[0].url

    def render_all(self) -> None:
        """Do nothing, because all pages are rendered already."""

    def _deal(self, name: str, story: Story) -> None:
        path = _NODES.sub(rf"\g<1>{NODE}\g<2>", story.url.split("/", 3)[3])
        url = "/".join([*story.url.split("/", 2)[:2], name, path])
        told = replace(story, urls=(url,))
        self._sections[name].append(Entry(told, url))
        for n in range(1, len(story.parts) + 1):
            body = pack(render.page(told, n, url))
            self._pages[told.part_url(n, url)] = Answer(200, body, HTML, 0.0, packed=True)

    def _listing(self, name: str, path: str) -> Answer | None:
        section = replace(SECTIONS[NODE], host=name)
        entries = self._sections[name]
        for number in range(1, -(-len(entries) // self.per_page) + 1):
            if path == lists.section_path(section, number):
                body = lists.section_page(section, entries, number, self.per_page)
                return Answer(200, body, HTML) if body else None
        return None
