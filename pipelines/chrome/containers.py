"""Which of the elements that a layout names as its body's are read: all parts of a split one, one of a doubled one."""

from itertools import islice

from pipelines.chrome.css_index import Element, Index
from pipelines.chrome.layouts.layout_base import Layout, bodies
from pipelines.chrome.text_density import STOPS

MOST_SIBLINGS = 30
"""Elements beside a container that are looked at."""

LEAST_LINE = 8
"""Letters of a line that is compared: shorter ones stand in many texts."""


def containers_of(layout: Layout, tree: Index) -> tuple[list[Element], bool]:
    """Return the containers to read in the page's order, and whether the page has the body, or a part, twice over."""
    found = bodies(layout, tree)
    known = set(found)
    outer = [each for each in found if not any(above in known for above in each.iterancestors())]
    if any("," in selector for selector in layout.body):
        return outer, False
    outer = _with_halves(outer) if len(outer) == 1 else outer
    filled = [each for each in outer if has_content(each)]
    if len(filled) < 2:
        return (filled or outer)[:1], False
    return _without_copies(filled)


def has_content(container: Element) -> bool:
    """Tell whether an element holds a word, a picture or a film."""
    shown = next(container.iter("img", "script", "video", "embed"), None) is not None
    return shown or bool("".join(container.itertext()).strip())


def letters_of(container: Element) -> int:
    """Return how many letters an element holds, white space and scripts left out."""
    return sum(
        len("".join(text.split()))
        for element in container.iter("*")
        if element.tag not in ("script", "style")
        for text in (element.text, element.tail if element is not container else None)
        if text
    )


def _with_halves(outer: list[Element]) -> list[Element]:
    """Return a container with what follows it under the same class and holds a sentence: a second half has no id."""
    container = outer[0]
    name = container.get("class")
    if not name:
        return outer
    alike = (each for each in islice(container.itersiblings(), MOST_SIBLINGS) if each.tag == container.tag)
    halves = [each for each in alike if each.get("class") == name and _holds_a_sentence(each)]
    return outer + halves


def _holds_a_sentence(element: Element) -> bool:
    return any(stop in "".join(element.itertext()) for stop in STOPS)


def _without_copies(filled: list[Element]) -> tuple[list[Element], bool]:
    """Return the elements of which no larger one has most of the lines, and whether any was left out."""
    lines = {each: _lines_of(each) for each in filled}
    kept: list[Element] = []
    seen: set[str] = set()
    for each in sorted(filled, key=lambda each: -sum(map(len, lines[each]))):
        known = sum(len(line) for line in lines[each] if line in seen)
        if kept and 2 * known >= sum(map(len, lines[each])):
            continue
        kept.append(each)
        seen |= lines[each]
    return [each for each in filled if each in kept], len(kept) < len(filled)


def _lines_of(element: Element) -> set[str]:
    texts = ("".join(text.split()) for text in element.itertext())
    return {text for text in texts if len(text) >= LEAST_LINE}
