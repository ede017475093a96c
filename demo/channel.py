"""The hosts, nodes and sections of the replica, and its date.

The node numbers 404214, 404389, 404390 and 404843 are those of the real channel. The other nodes, and all names except
the first, are invented.
"""

from dataclasses import dataclass

KPZG = "kpzg.people.com.cn"
SCITECH = "scitech.people.com.cn"
HEALTH = "health.people.com.cn"
WWW = "www.people.com.cn"
WWW_CN = "www.people.cn"
NEWS = "news.people.com.cn"
SEARCH = "search.people.cn"

TODAY = "2026-11-20"
"""Stage 0 of the replica is this day; stage 1 the next, and so on."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a channel: its host, its name, and the markup of its list pages."""

    node: str
    host: str
    name: str
    parent: str | None
    """Node of its parent section; None if it is directly below the site's home page."""
    style: str
    """Markup of its list and pager: the name of a template in `templates/lists/`."""
    per_page: int = 20

    @property
    def path(self) -> str:
        """The path of its first list page."""
        return f"/GB/{self.node}/index.html"


SECTIONS = {
    section.node: section
    for section in (
        Section("404214", KPZG, "科普中国", None, "ej_list"),
        Section("404389", KPZG, "科技点亮智慧生活", "404214", "ej_list"),
        Section("404390", KPZG, "科学为你解疑释惑", "404214", "gray"),
        Section("404843", KPZG, "科普新知", "404214", "gray"),
        Section("404391", KPZG, "科学图集", "404214", "pictures"),
        Section("210950", KPZG, "科学讲堂", "404214", "p2j"),
        Section("35104", KPZG, "科学长廊", "404214", "list_14"),
        Section("35110", KPZG, "动手做", "35104", "list_14"),
        Section("1007", SCITECH, "科技", None, "ej_list"),
        Section("14739", HEALTH, "健康", None, "ej_list"),
    )
}

HOME_PATH = {KPZG: "/GB/404214/home.html", SCITECH: "/GB/1007/index.html", HEALTH: "/GB/14739/index.html"}
"""Map each host to the target of the meta refresh at `/`."""


def section_of(url: str) -> Section:
    """Return the section of an article's URL, by the last node in its path."""
    path = url.split("/", 3)[3]
    if path.startswith("GB/"):
        return SECTIONS[path.split("/")[-2]]
    return SECTIONS[path.rsplit("/", 1)[1][1:].split("-")[0]]


def breadcrumb(section: Section) -> list[tuple[str, str]]:
    """Return (name, URL) of the site, the channel and the section, in that order."""
    trail = [(section.name, f"http://{section.host}{section.path}")]
    while section.parent is not None:
        section = SECTIONS[section.parent]
        trail.insert(0, (section.name, f"http://{section.host}/"))
    return [("人民网", "http://www.people.com.cn/"), *trail]
