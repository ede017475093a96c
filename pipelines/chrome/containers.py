"""Which of the elements that a layout names as its body's are read: all parts of a split one, one of a doubled one."""

from itertools import islice

from pipelines.chrome.chrome_names import weight_of_name
from pipelines.chrome.layouts.layout_base import Layout, bodies
from pipelines.chrome.page_selectors import Element, PageTree
from pipelines.chrome.text_density import STOPS
from pipelines.chrome.text_runs import count_contents

MOST_SIBLINGS = 30
"""Elements beside a container that are looked at."""

LEAST_PROSE = 60
"""Letters of sentences, its own or its paragraphs, from which an element behind a container is more of the text."""

FRAMES = ("div", "section", "article")

LEAST_LINE = 8
"""Letters of a line that is compared: shorter ones stand in many texts."""


def containers_of(layout: Layout, tree: PageTree) -> tuple[list[Element], list[str]]:
    """Return the containers to read in the page's order, and the warnings that they give cause for.

    `body_doubled` where the page has the text, or a part of it, twice over; `body_split` where more of the text follows
    in an element that the layout does not name.
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


def _halves(container: Element) -> list[Element]:
    """Return what follows a container under the same class and holds a sentence: a second half has no id."""
    name = container.get("class")
    alike = (each for each in islice(container.itersiblings(), MOST_SIBLINGS) if each.tag == container.tag)
    return [each for each in alike if name and each.get("class") == name and _holds_a_sentence(each)]


def _following(container: Element, layout: Layout, tree: PageTree) -> list[Element]:
    """Return the elements right behind a container that read like more of its text."""
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
