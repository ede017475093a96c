"""Render list pages: the home page behind its meta refresh, and sections with pagers, in the markup of their times."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from string import Template
from typing import NamedTuple
from urllib.parse import urlsplit

from demo.channel import HOME_PATH, KPZG, SECTIONS, Section, breadcrumb, section_of
from demo.chrome import TEMPLATES, menu_links, picture
from demo.stories import Story

CHARSET = "GB2312"


class Entry(NamedTuple):
    """An item of a list: a story and its URL there."""

    story: Story
    url: str


@dataclass(frozen=True, slots=True)
class Form:
    """The markup of an item and of a pager link in a style of list; the page around them is in `templates/lists/`."""

    item: str
    link: str = '<a href="{href}">{label}</a>'
    relative: bool = False
    """Whether links to the same host are relative, such as `../../n/…`."""


STYLES = {
    "ej_list": Form('<li><a href="{href}" target="_blank">{title}</a> <em>{day}</em></li>'),
    "gray": Form(
        '<li><a href="{href}\n" target="_blank">{title}</a> <a href="{href}#comment">评</a>'
        " <i class=gray> {day} </i></li>",
        '<a href="{href}" class="common">{label}</a>',
    ),
    "pictures": Form(
        '<dl><dt><a href="{href}"><img src="{picture}" alt="" /></a></dt>'
        '<dd><h2><a href="{href}">{title}</a></h2><p>{day}</p></dd></dl>'
    ),
    "p2j": Form('<li><a href="{href}" target=_blank>{title}</a>[{day}]</li>', relative=True),
    "list_14": Form("<li><a href={href} target=_blank>{title}</a> {day}", "<a href={href}>{label}</a>"),
}
"""Map `Section.style` to the markup of items and pager links."""

HOME_LATEST = 30
"""Number of articles in the home page's list of the latest ones."""


def home(entries: Sequence[Entry]) -> bytes:
    """Return the home page: headline, focus pictures, latest articles, one tab per section (some hidden), ranking."""
    anchor = '<li><a href="{href}" target="_blank">{title}</a></li>'
    tabs = []
    for number, section in enumerate(each for each in SECTIONS.values() if each.host == KPZG):
        own = [entry for entry in entries if section_of(entry.url) == section]
        hidden = ' style="display:none"' if number else ""
        lines = "\n".join(
            _item('<p><strong><a href="{href}">{title}</a></strong></p>', entry) for entry in own[:3]
        )
        lines += "\n".join(_item('<h5><a href="{href}">{title}</a></h5>', entry) for entry in own[3:6])
        tabs.append(f'<div class="hdNews clearfix"{hidden}>\n{lines}\n</div>')
    latest = entries[:HOME_LATEST]
    values = {
        "name": "科普中国",
        "node": "404214",
        "main_news": _item('<a href="{href}">{title}</a>', latest[0]),
        "focus": "\n".join(
            _item('<li><a href="{href}"><img src="{picture}"></a><p><a href="{href}">{title}</a></p></li>', e)
            for e in latest[1:5]
        ),
        "latest": "\n".join(_item(anchor, entry, https=n % 7 == 3) for n, entry in enumerate(latest)),
        "tabs": "\n".join(tabs),
        "ranking": "\n".join(_item(anchor, entry) for entry in entries[::5][:10]),
    }
    return _bytes("home", values)


def refresh(host: str) -> bytes:
    """Return the page at `/`, which is only a meta refresh to the home page."""
    return _bytes("refresh", {"url": f"http://{host}{HOME_PATH[host]}"})


def missing() -> bytes:
    """Return the page that is sent for a missing one, often with status 200."""
    return _bytes("missing", {})


def section_path(section: Section, number: int) -> str:
    """Return the path of the list page of that number, from 1: `index.html`, `index2.html` …"""
    return f"/GB/{section.node}/index{number if number > 1 else ''}.html"


def section_page(section: Section, entries: Sequence[Entry], number: int, per_page: int) -> bytes | None:
    """Return list page `number` (from 1) of a section, given its entries, newest first; None after the last page."""
    last = max(1, -(-len(entries) // per_page))
    if not 1 <= number <= last:
        return None
    form = STYLES[section.style]
    shown = entries[(number - 1) * per_page : number * per_page]
    values = {
        "name": section.name,
        "node": section.node,
        "trail": "&gt;&gt;".join(f'<a href="{url}">{name}</a>' for name, url in breadcrumb(section)),
        "items": "\n".join(_item(form.item, entry, form.relative and section.path) for entry in shown),
        "pager": _pager(section, form, number, last),
    }
    return _bytes(section.style, values)


def _pager(section: Section, form: Form, number: int, last: int) -> str:
    """Return the pager: 上一页, the neighbouring numbers, 下一页; its hrefs are relative to the list's folder."""
    near = [n for n in range(1, last + 1) if abs(n - number) <= 4 or n in {1, last}]
    wanted = [("上一页", number - 1)] if number > 1 else []
    wanted += [(str(n), n) for n in near if n != number]
    wanted += [("下一页", number + 1)] if number < last else []
    return "".join(
        form.link.format(href=section_path(section, n).rsplit("/", 1)[1], label=label) for label, n in wanted
    )


def _item(form: str, entry: Entry, relative_to: str | bool = False, https: bool = False) -> str:
    href = entry.url
    if relative_to:
        href = posixpath.relpath(urlsplit(href).path, posixpath.dirname(str(relative_to)))
    if https:
        href = href.replace("http:", "https:", 1)
    return form.format(
        href=href,
        title=escape(entry.story.headline),
        day=entry.story.published[:10],
        picture=picture(entry.story),
    )


@cache
def _template(name: str) -> Template:
    """Return a list template that includes its head, its footer and the menu."""
    folder = TEMPLATES / "lists"
    text = (folder / f"{name}.html").read_text(encoding="utf-8")
    for partial in ("head", "foot"):
        text = text.replace(f"${partial}", (folder / f"{partial}.html").read_text(encoding="utf-8").rstrip())
    sections = "".join(
        f'<a href="http://{section.host}{section.path}">{section.name}</a>'
        for section in SECTIONS.values()
        if section.host == KPZG
    )
    return Template(text.replace("$menu_links", menu_links()).replace("$section_links", sections))


def _bytes(name: str, values: dict[str, str]) -> bytes:
    return _template(name).substitute(values, charset=CHARSET).encode("gb18030")
