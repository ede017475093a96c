"""Read the head of a page: its meta tags, its title, and its canonical URL."""

import re
from dataclasses import dataclass

from pipelines.chrome.page_selectors import PageTree
from pipelines.chrome.whitespace import PADDING, field

_KEYWORD = re.compile(r"[\s,，;；、\u3000]+")
"""Matches a separator between keywords."""
_TITLE_END = re.compile(
    r"\s*(?:--|[-_—|]+(?=(?:[^-_—|]{1,12}[-_—|]+)?[^-_—|]*(?:人民网|中国共产党新闻网|人民日报)[^-_—|]*$))"
)
"""Matches what follows the headline in a page title."""
_SITE = re.compile(r"(?:--|-{1,2}|_)\s*([^-_]{2,12}?)\s*(?:--|-|_)\s*(?:人民网|中国共产党新闻网)\s*$")
"""Matches the section (group 1) and the site at the end of a page title."""


@dataclass(frozen=True, slots=True)
class Metas:
    """The meta tags of a page (name in lower case to content; of several, the first), its title and canonical URL."""

    named: dict[str, str]
    """Name of a meta tag in lower case → content."""
    title: str
    """Text of `<title>`; empty if there is none."""
    canonical: str | None
    """URL of `<link rel="canonical">`, or None."""

    def get(self, name: str) -> str | None:
        """Return the content of a meta tag without padding; None if it is missing or empty."""
        return self.named.get(name, "").strip(PADDING) or None


def read_metas(page: PageTree) -> Metas:
    """Return the meta tags and the title of a page, from anywhere in the tree, since its head may be unclosed."""
    named: dict[str, str] = {}
    for meta in page.find_all("meta"):
        name = meta.get("name") or meta.get("property")
        if name:
            named.setdefault(name.lower(), meta.get("content") or "")
    title = next(iter(page.find_all("title")), None)
    canonical = next((link.get("href") for link in page.find_all("link[rel=canonical]")), None)
    return Metas(named, field("".join(title.itertext())) if title is not None else "", canonical)


def headline_of(title: str) -> str | None:
    """Return the headline in a page title of the form `headline--section--人民网`, or None."""
    return field(_TITLE_END.split(title, maxsplit=1)[0]) or None


def section_of(title: str) -> str | None:
    """Return the section in a page title of the form `headline--section--人民网`, or None."""
    match = _SITE.search(title)
    return match[1] if match else None


def keywords_of(metas: Metas) -> list[str]:
    """Return the keywords in order, without repeats.

    Until 2011, pages have the page title there, with `--section--人民网` (seen in 2009), which is not a keyword.
    """
    content = metas.get("keywords")
    if content is None or "--" in content or content == metas.title:
        return []
    return list(dict.fromkeys(word for word in _KEYWORD.split(content) if word))


def publisher_of(metas: Metas) -> str | None:
    """Return 人民网 if the copyright meta tag (`人民网版权所有`) or the end of the title names it; else None."""
    owner = (metas.get("copyright") or "").partition("版权所有")[0].strip(PADDING)
    return owner or ("人民网" if metas.title.endswith("人民网") else None)
