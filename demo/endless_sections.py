"""Two crawler traps: a calendar with a section for each month, and a section whose articles do not exist."""

import re
from dataclasses import replace

from demo.answer import HTML, Answer
from demo.channel import HOME_PATH, KPZG

MONTHS = [f"{year}{month:02}" for year in range(1995, 2021) for month in range(1, 13)]
"""The months that the calendar links to: 312 of them."""

GHOST_PAGES, GHOSTS = 600, 20
"""Number of pages of the section whose articles do not exist, and number of articles on each page."""

_MONTH = re.compile(r"/GB/404214/(\d{6})/index\.html")
_FLAT = re.compile(r"/GB/(\d{6})/index\.html")
_GHOST = re.compile(r"/GB/999002/index(\d*)\.html")


def page(kind: str, path: str, article: str) -> Answer | None:
    """Return the page of a trap (`months`, `flat months` or `ghosts`) at a path; None if the trap has no page there.

    `article` is the URL of an existing article, to which every month links.
    """
    if kind == "ghosts":
        match = _GHOST.fullmatch(path)
        return _ghosts(int(match[1] or 1)) if match else None
    match = (_MONTH if kind == "months" else _FLAT).fullmatch(path)
    if match is None or match[1] not in MONTHS:
        return None
    return _html(f'<li><a href="{article}">文章</a></li>{calendar(kind)}')


def calendar(kind: str) -> str:
    """Return links to all months: below one section or, for `flat months`, as sections of their own."""
    above = "/GB/404214/" if kind == "months" else "/GB/"
    return "".join(f'<a href="{above}{month}/index.html">{month}</a>' for month in MONTHS)


def baited(kind: str, path: str, answer: Answer) -> Answer:
    """Add links into the trap to a list page of the channel; return any other page unchanged."""
    if not (path.startswith("/GB/") and "index" in path) and path != HOME_PATH[KPZG]:
        return answer
    bait = calendar(kind) if kind != "ghosts" else '<a href="/GB/999002/index.html">旧闻</a>'
    body = answer.body.replace(b"</body>", f"<div>{bait}</div></body>".encode("gb18030"))
    return replace(answer, content=body, packed=False, etag=None)


def _ghosts(number: int) -> Answer:
    first = 30_000_000 + number * GHOSTS
    items = "".join(
        f'<li><a href="/n1/2019/0101/c999002-{n}.html">旧闻{n}</a></li>' for n in range(first, first + GHOSTS)
    )
    following = f'<a href="index{number + 1}.html">下一页</a>' if number < GHOST_PAGES else ""
    return _html(f'{items}<div class="page">{following}<a href="index{GHOST_PAGES}.html">尾页</a></div>')


def _html(content: str) -> Answer:
    page = f"<html><head><title>往期</title></head><body><ul>{content}</ul></body></html>"
    return Answer(200, page.encode("gb18030"), HTML)
