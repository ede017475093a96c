"""The replica's facts: hosts, nodes and their sections, and the day that it takes for today.

Node numbers of `c404214`, `c404389`, `c404390` and `c404843` are the channel's own; the other nodes, and the
names of all but the first, are made up for the replica.
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
    """A section of a channel: where it stands and how its list pages are written."""

    node: str
    host: str
    name: str
    parent: str | None
    """The node of the section above it; None right below the site's own home."""
    style: str
    """The markup of its list and pager: a folder of `templates/lists/`."""
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
"""Where the meta refresh at `/` leads, by host."""


def section_of(url: str) -> Section:
    """The section to which an article's URL belongs: the last node that its path names."""
    path = url.split("/", 3)[3]
    if path.startswith("GB/"):
        return SECTIONS[path.split("/")[-2]]
    return SECTIONS[path.rsplit("/", 1)[1][1:].split("-")[0]]


def breadcrumb(section: Section) -> list[tuple[str, str]]:
    """(name, URL) of the site, the channel and the section, in that order."""
    trail = [(section.name, f"http://{section.host}{section.path}")]
    while section.parent is not None:
        section = SECTIONS[section.parent]
        trail.insert(0, (section.name, f"http://{section.host}/"))
    return [("人民网", "http://www.people.com.cn/"), *trail]
