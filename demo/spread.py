"""The replica's articles spread over many hosts: what a crawl by several workers is measured on.

Each host has a robots.txt, one section and its share of the articles; there is nothing else.
"""

from dataclasses import dataclass, field, replace

from . import lists, render
from .answer import HTML, Answer, pack
from .channel import SECTIONS
from .lists import Entry
from .stories import Story

NODE = "404214"
"""The node of every host's one section."""


def host(number: int) -> str:
    """The name of the host of that number, from 0."""
    return f"h{number}.people.com.cn"


def channel(hosts: int) -> str:
    """The facts of a channel of that many hosts, as a file of `crawler/channels/` has them."""
    names = [host(number) for number in range(hosts)]
    facts = ['name = "spread"', 'title = "许多主机"', f'home = "http://{names[0]}/GB/{NODE}/index.html"']
    facts += [f"hosts = {names}", 'publisher = "人民网"', 'copyright_holder = "人民网股份有限公司"']
    for name in names:
        url = f"http://{name}/GB/{NODE}/index.html"
        facts += ["[[sections]]", f'node = "{NODE}"', f'title = "{name}"', f'url = "{url}"']
    return "\n".join([*facts, ""])


@dataclass(slots=True)
class SpreadSite:
    """Stories dealt out to hosts in turn, each under one URL; every page is rendered beforehand."""

    stories: tuple[Story, ...]
    hosts: frozenset[str]
    crawl_delay: float = 0
    per_page: int = 20
    stage: int = 0
    _sections: dict[str, list[Entry]] = field(default_factory=dict)
    _pages: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, stories: tuple[Story, ...], hosts: int, crawl_delay: float, per_page: int) -> "SpreadSite":
        """Deal the stories out."""
        names = [host(number) for number in range(hosts)]
        site = cls(stories, frozenset(names), crawl_delay, per_page, 0, {name: [] for name in names})
        for number, story in enumerate(stories):
            site._deal(names[number % hosts], story)
        return site

    def answer(self, name: str, path: str) -> Answer:
        """The answer to a GET of `path` (without its query) on one of the hosts."""
        if path == "/robots.txt":
            rules = f"User-agent: *\nDisallow:\nCrawl-delay: {self.crawl_delay:g}\n"
            return Answer(200, rules.encode(), "text/plain", 0.0)
        listing = self._listing(name, path)
        return listing or self._pages.get(f"http://{name}{path}") or Answer(404, lists.missing())

    def search(self, body: bytes) -> Answer:
        """There is no search."""
        return Answer(404, b"", "application/json")

    @property
    def newest(self) -> str:
        """The URL of the first host's first article."""
        return self._sections[host(0)][0].url

    def render_all(self) -> None:
        """They are rendered."""

    def _deal(self, name: str, story: Story) -> None:
        url = "/".join([*story.url.split("/", 2)[:2], name, story.url.split("/", 3)[3]])
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
