"""Choose the elements of a layout's body to read: all parts of a body that is split, one of a body that is doubled."""

from itertools import islice

from pipelines.chrome.chrome_names import weight_of_name
from pipelines.chrome.layouts.layout_base import Layout, bodies
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.text_density import STOPS
from pipelines.chrome.text_runs import count_contents

MOST_SIBLINGS = 30
"""Maximum number of siblings of a container that are examined."""

LEAST_PROSE = 60
"""Minimum number of characters in sentences of an element after a container to count as more of the text."""

FRAMES = ("div", "section", "article")
"""Tags of siblings after a container that may continue its text."""

LEAST_LINE = 8
"""Minimum number of characters of a line to be compared; shorter lines occur in many texts."""


def containers_of(layout: Layout, tree: PageTree) -> tuple[list[Element], list[str]]:
    """Return the containers to read, in page order, and warnings.

    The warning is `body_doubled` if the page has the text or a part of it twice, and `body_split` if the text continues
    in an element that is not part of the layout.
    """
    found = bodies(layout, tree)
    known = set(found)
    outer = [each for each in found if not any(above in known for above in each.iterancestors())]
    several = any("," in selector for selector in layout.body)
    halves = _halves(outer[0]) if len(outer) == 1 and not several else []
    filled = [each for each in outer + halves if has_content(each)]
    if not filled:
        return outer if several else outer[:1], []
    behind = [
        each for each in _following(filled[-1], layout, tree) if each not in known and each not in halves
    ]
    if len(filled) + len(behind) < 2 or (several and not behind):
        return filled, []
    whole, doubled = _without_copies(filled + behind)
    more = [each for each in whole if each in behind]
    return whole, ["body_doubled"] * doubled + ["body_split"] * bool(more)


def has_content(container: Element) -> bool:
    """Return whether an element contains a word, a picture or a video."""
    shown = next(container.iter("img", "script", "video", "embed"), None) is not None
    return shown or bool("".join(container.itertext()).strip())


def letters_of(container: Element) -> int:
    """Return the number of characters in an element, without white space and scripts."""
    return sum(
        len("".join(text.split()))
        for element in container.iter("*")
        if element.tag not in ("script", "style")
        for text in (element.text, element.tail if element is not container else None)
        if text
    )


def _halves(container: Element) -> list[Element]:
    """Return the following siblings with the same class and a sentence: the second half of a body has no id."""
    name = container.get("class")
    alike = (each for each in islice(container.itersiblings(), MOST_SIBLINGS) if each.tag == container.tag)
    return [each for each in alike if name and each.get("class") == name and _holds_a_sentence(each)]


def _following(container: Element, layout: Layout, tree: PageTree) -> list[Element]:
    """Return the elements directly after a container that look like more of its text."""
    found: list[Element] = []
    for each in islice(container.itersiblings(), MOST_SIBLINGS):
        if each.tag not in FRAMES or not _holds_a_sentence(each) or weight_of_name(each) < 1:
            continue
        if any(tree.matches(each, selector) for selector in layout.not_body):
            continue
        contents = count_contents(each)
        paragraphs = contents[each].own + sum(
            contents[child].prose for child in each if child.tag == "p" and child in contents
        )
        if paragraphs >= LEAST_PROSE and contents[each].linked <= paragraphs:
            found.append(each)
    return found


def _holds_a_sentence(element: Element) -> bool:
    text = "".join(element.itertext())
    return any(stop in text for stop in STOPS)


def _without_copies(filled: list[Element]) -> tuple[list[Element], bool]:
    """Return the elements without those most of whose lines are in a larger one, and whether there were any."""
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
