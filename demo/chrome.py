"""Assemble the parts of the replica's pages around the article: templates, menus, and lists of other articles."""

import re
import zlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from demo.stories import Story, library

TEMPLATES = Path(__file__).parent / "templates"
_PARTIAL = re.compile(r"\$(\w+)")


@cache
def template(name: str) -> Template:
    """Return the template `templates/NAME.html` with its partials (`templates/chrome/`) and menus already in it."""
    return Template(_expand((TEMPLATES / f"{name}.html").read_text(encoding="utf-8")))


def _expand(text: str) -> str:
    """Return `text` with each `$name` that is a partial or a menu replaced by it."""

    def partial(match: re.Match[str]) -> str:
        name = match[1]
        if name in _MENUS:
            return _MENUS[name]()
        path = TEMPLATES / "chrome" / f"{name}.html"
        return _expand(path.read_text(encoding="utf-8").rstrip("\n")) if path.exists() else match[0]

    return _PARTIAL.sub(partial, text)


@cache
def insert(name: str) -> Template:
    """Return the template of an insert in a body that is not part of the article: `templates/inserts/NAME.html`."""
    return Template((TEMPLATES / "inserts" / f"{name}.html").read_text(encoding="utf-8").rstrip("\n"))


@cache
def menu() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the site's navigation: (group, [(label, URL)]) from `templates/chrome/menu.txt`."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for line in (TEMPLATES / "chrome" / "menu.txt").read_text(encoding="utf-8").splitlines():
        label, _, url = line.rpartition(" ")
        if label == "#":
            groups.append((url, []))
        else:
            groups[-1][1].append((label, url))
    return groups


def _menu_items() -> str:
    """Return the navigation as in the template of 2021: nested lists."""
    arrow = '<img src="/img/2020peopleindex/img/arrow2.png" class="zhuan" />'
    return "\n".join(
        f'<li class="menu_item">\n    <span>{group}{arrow}</span>\n    <div>\n        <ul>\n'
        + "\n".join(
            f'            <li><a href="{url}" target="_blank">{label}</a></li>' for label, url in entries
        )
        + "\n        </ul>\n    </div>\n</li>"
        for group, entries in menu()
    )


def menu_links() -> str:
    """Return the navigation as in the older templates: a row of links."""
    return "|".join(
        "".join(f'<a target=_blank href="{url}">{label}</a>' for label, url in entries)
        for _, entries in menu()
    )


_MENUS = {"menu_items": _menu_items, "menu_links": menu_links}


@cache
def _listed() -> list[tuple[str, bytes, Story]]:
    """Return (publication time, id, story) of the articles to which other pages may link."""
    return [(story.published, story.id.encode(), story) for story in library() if story.listed]


def others(story: Story, salt: str, count: int) -> list[Story]:
    """Return `count` stories for a list on the page of `story`, always the same; older ones if there are enough.

    `salt` distinguishes several lists on one page.
    """
    own = story.id.encode()
    listed = [(published, key, other) for published, key, other in _listed() if key != own]
    older = [each for each in listed if each[0] < story.published]
    pool = older if len(older) >= count else listed[-2 * count :]
    start = zlib.crc32(salt.encode() + own)
    return [other for _, _, other in sorted(pool, key=lambda each: zlib.crc32(each[1], start))[:count]]


def anchors(stories: list[Story], form: str) -> str:
    """Return one line per story, by a format with `{url}` and `{title}`."""
    return "\n".join(
        form.format(url=other.url, title=escape(other.headline), picture=picture(other)) for other in stories
    )


def picture(story: Story) -> str:
    """Return the path of a thumbnail for lists."""
    day = story.published[:10].replace("-", "")
    return f"/NMediaFile/{day[:4]}/{day[4:]}/MAIN{zlib.crc32(story.id.encode()):010d}.jpg"
