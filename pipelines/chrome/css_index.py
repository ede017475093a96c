"""Finding elements by CSS, fast: a page is walked once, and every selector is looked up in what that walk found.

The part of CSS that the layouts need: tags, `#id`, `.class`, the combinators descendant, `>`, `+` and `~`, and commas.
Compiled XPath for the same takes some 90 µs a selector on a real page, and a page is asked some twenty.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

Element = etree._Element

_TOKEN = re.compile(r"\s*([>+~])\s*|(\s+)|([.#]?)([\w-]+)")


UNNUMBERED = -1
"""The place of an element that was found by its tag alone, and so not by the index."""

MOST_CANDIDATES = 200
"""Elements of one id or class that are looked at: each is followed up to its ancestors, and pages can be hostile."""

MOST_SIBLINGS = 30
"""Elements before one that are looked at for `~`."""


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be: `div.text.width978`."""

    tag: str | None
    id: str | None
    classes: tuple[str, ...]
    combinator: str
    """How it stands to the compound at its left: one of ` `, `>`, `+`, `~`; empty for the first."""


INDEXED = (
    "div", "p", "td", "span", "font", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "center", "section",
    "article", "main", "header", "footer", "aside", "dl", "dd", "blockquote", "body",
)  # fmt: skip
"""Tags that may be asked for by id or class; links, lists and pictures, half of a page, may not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the alternatives between commas."""

    compounds: tuple[Compound, ...]
    """From left to right."""
    id: str | None
    """The id of the last compound: what is found must have it."""
    name: str | None
    """A class of the last compound."""
    simple: bool
    """Whether that id or class is all that is asked for."""

    @property
    def last(self) -> Compound:
        """The compound that what is found must be."""
        return self.compounds[-1]


Selector = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A page, walked once: its elements by id and class, in the page's order."""

    root: Element
    ids: dict[str, list[tuple[int, Element]]]
    classes: dict[str, list[tuple[int, Element]]]


def index(root: Element) -> Index:
    """Return the index of a page."""
    ids: dict[str, list[tuple[int, Element]]] = {}
    classes: dict[str, list[tuple[int, Element]]] = {}
    for at, element in enumerate(root.iter(*INDEXED)):
        name = element.get("class")
        if name is not None:
            for word in set(name.split()):
                classes.setdefault(word, []).append((at, element))
        name = element.get("id")
        if name is not None:
            ids.setdefault(name, []).append((at, element))
    return Index(root, ids, classes)


@lru_cache(maxsize=512)
def parse(selector: str) -> Selector:
    """Return a selector in its parts. Raises ValueError where it holds what this module does not know."""
    return tuple(_choice(_compounds(choice.strip())) for choice in selector.split(","))


def _choice(compounds: tuple[Compound, ...]) -> Choice:
    last = compounds[-1]
    asked = (last.tag is not None) + (last.id is not None) + len(last.classes)
    simple = len(compounds) == 1 and asked == 1 and last.tag is None
    return Choice(compounds, last.id, last.classes[0] if last.classes else None, simple)


def may_find(page: Index, selector: str) -> bool:
    """Tell, at next to no cost, whether a page has an element of the last id or class of any alternative."""
    return any(
        choice.id in page.ids or choice.name in page.classes or (choice.id is None and choice.name is None)
        for choice in parse(selector)
    )


def _is_known(page: Index, choice: Choice) -> bool:
    """Tell whether the page has each id and class that stands before the last compound of a choice."""
    return all(
        (each.id is None or each.id in page.ids) and all(name in page.classes for name in each.classes)
        for each in choice.compounds[:-1]
    )


def find_all(page: Index, scope: Element, selector: str) -> list[Element]:
    """Return the descendants of `scope` that match, in the page's order, once each."""
    merged: dict[Element, int] = {}
    for choice in parse(selector):
        if choice.id is not None:
            candidates = page.ids.get(choice.id)
        elif choice.name is not None:
            candidates = page.classes.get(choice.name)
        else:
            if _is_known(page, choice):
                tagged = (each for each in scope.iter(choice.last.tag or "*") if each is not scope)
                merged.update((each, UNNUMBERED) for each in tagged if _stands(each, choice.compounds))
            continue
        if candidates:  # of all that is asked for, most is not there
            merged.update(_matching(candidates, choice, scope, page.root))
    if len(merged) < 2:
        return list(merged)
    if UNNUMBERED in merged.values():
        return [element for element in scope.iter() if element in merged]
    return sorted(merged, key=lambda element: merged[element])


def _matching(
    candidates: list[tuple[int, Element]], choice: Choice, scope: Element, root: Element
) -> dict[Element, int]:
    """Return those of the elements with a choice's last id or class that match it, and their places."""
    last, simple = choice.compounds[-1], choice.simple
    return {
        each: at
        for at, each in candidates[:MOST_CANDIDATES]
        if (simple or _fits(each, last))
        and _is_within(each, scope, root)
        and (simple or _stands(each, choice.compounds))
    }


def matches(element: Element, selector: str) -> bool:
    """Tell whether an element matches."""
    return any(
        _fits(element, choice.last) and _stands(element, choice.compounds) for choice in parse(selector)
    )


def _compounds(text: str) -> tuple[Compound, ...]:
    compounds: list[Compound] = []
    combinator = ""
    tag: str | None = None
    name: str | None = None
    classes: tuple[str, ...] = ()
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"selector {text!r}: {text[at:]!r} is beyond this module")
        at = match.end()
        if match[1] or match[2]:
            compounds.append(Compound(tag, name, classes, combinator))
            combinator, tag, name, classes = match[1] or " ", None, None, ()
        elif match[3] == "#":
            name = match[4]
        elif match[3] == ".":
            classes = (*classes, match[4])
        else:
            tag = match[4]
    return (*compounds, Compound(tag, name, classes, combinator))


def _fits(element: Element, compound: Compound) -> bool:
    if compound.tag is not None and element.tag != compound.tag:
        return False
    if compound.id is not None and element.get("id") != compound.id:
        return False
    if not compound.classes:
        return True
    words = (element.get("class") or "").split()
    return all(name in words for name in compound.classes)


def _is_within(element: Element, scope: Element, root: Element) -> bool:
    if scope is root:
        return element is not root
    parent = element.getparent()
    while parent is not None and parent is not scope:
        parent = parent.getparent()
    return parent is not None


def _stands(element: Element, compounds: tuple[Compound, ...]) -> bool:
    """Tell whether what stands before the last compound is there."""
    if len(compounds) == 1:
        return True
    rest, combinator = compounds[:-1], compounds[-1].combinator
    if combinator == ">":
        parent = element.getparent()
        return parent is not None and _fits(parent, rest[-1]) and _stands(parent, rest)
    if combinator == "+":
        before = element.getprevious()
        return before is not None and _fits(before, rest[-1]) and _stands(before, rest)
    others = (
        islice(element.itersiblings(preceding=True), MOST_SIBLINGS)
        if combinator == "~"
        else element.iterancestors()
    )
    return any(_fits(other, rest[-1]) and _stands(other, rest) for other in others)
