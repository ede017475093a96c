"""Find the body on a page without a known layout by the contents of its elements, not by their markup.

There are three steps: find the element with the most prose and the fewest links (`_seed`), add neighbours with similar
prose (`_widen`), and remove parts that do not belong to the article (`_chrome_in`). The result is sure only if it
agrees with the scores of Mozilla's Readability.
"""

from dataclasses import dataclass
from itertools import islice

from pipelines.chrome.body.related_lists import REFERENCE
from pipelines.chrome.chrome_names import is_lead
from pipelines.chrome.element_worth import Worths
from pipelines.chrome.fallback_short import below_headline, media_block
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.text_runs import Content, Contents

LEAST = 40
"""Minimum number of characters of prose in an article."""

LEAST_NAMED = 200
"""The same for an element with a name of page furniture, since a footer has sentences too."""

LEAST_PLAIN = 150
"""Minimum number of characters outside links of a page without sentences, such as a table of contents."""

NEARLY = 0.75
"""Minimum share of the highest score for a nested element to be preferred to the one that contains it."""

SURE = 150
"""Minimum number of characters of prose of a body that is sure."""

PARAGRAPHS = frozenset({"p", "blockquote", "li"})
PARTS = frozenset(
    {
        "p",
        "blockquote",
        "table",
        "ul",
        "ol",
        "dl",
        "pre",
        "figure",
        "center",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "img",
    }
)
"""Elements of paragraphs, and of what is between them in a text."""

CHROME = 0.4
"""Weight below which a name is that of page furniture, and maximum share of the body's worth of such an element."""

NOT_DROPPED = frozenset(
    {"p", "a", "span", "font", "li", "tr", "td", "th", "tbody", "h1", "h2", "h3", "h4", "h5", "h6"}
)
"""Elements that are not removed for their links, because the rules for lines handle them."""


@dataclass(frozen=True, slots=True)
class FoundBody:
    """The body of a page without a known layout; `sure` is whether it is beyond doubt."""

    container: Element
    skipped: dict[Element, str]
    """Map each element in it that does not belong to the article to the rule."""
    sure: bool


def find_body(page: Element) -> FoundBody | None:
    """Return the element that looks most like the text of an article, or None if there is none.

    On a page without sentences it is the element with the most words outside links, or else the one below the headline,
    or else the one with the page's video or pictures; none of these is sure.
    """
    known = Worths(page)
    seed = _seed(known)
    if seed is None:
        other = _without_sentences(page, known)
        return None if other is None else FoundBody(other, _chrome_in(other, known, {}), False)
    container, beside = _widen(seed, known)
    skipped = beside | _chrome_in(container, known, beside)
    return FoundBody(container, skipped, _is_sure(page, container, skipped, known))


def _seed(known: Worths) -> Element | None:
    """Return the innermost element whose score is nearly the highest one, or None."""
    scores = {each: known.score(each) for each in known.contents if _may_be_text(each, known)}
    best = max(scores, key=lambda each: scores[each], default=None)
    return None if best is None or scores[best] <= 0 else _innermost(best, scores)


def _without_sentences(page: Element, known: Worths) -> Element | None:
    plain = _plain_seed(known)
    if plain is not None:
        return plain
    below = below_headline(page, known)
    if below is None:
        return media_block(page, known)
    return _innermost(below, {each: float(content.letters) for each, content in known.contents.items()})


def _may_be_text(element: Element, known: Worths) -> bool:
    """Return whether an element has enough prose; one with a name of page furniture needs more."""
    return known.contents[element].prose >= (LEAST if known.weights[element] >= CHROME else LEAST_NAMED)


def _plain_seed(known: Worths) -> Element | None:
    """Return the innermost element with the most words outside links, for a page without sentences."""
    scores = {
        each: known.weights[each] * content.other - 2 * content.linked
        for each, content in known.contents.items()
        if content.other >= LEAST_PLAIN and known.weights[each] >= CHROME
    }
    best = max(scores, key=lambda each: scores[each], default=None)
    return None if best is None or scores[best] < LEAST_PLAIN else _innermost(best, scores)


def _innermost(best: Element, scores: dict[Element, float]) -> Element:
    least = NEARLY * scores[best]
    inner: Element | None = best
    while inner is not None:
        best = inner
        inner = next((each for each in best if scores.get(each, 0.0) >= least), None)
    return best


def _widen(seed: Element, known: Worths) -> tuple[Element, dict[Element, str]]:
    """Return the element that contains the whole article, and its parts outside `seed` that do not belong to it."""
    container = inner = seed
    beside: list[Element] = []
    taken = 0
    worth = known.worths[seed]
    for above in seed.iterancestors():
        if above.tag in ("form", "html"):
            break
        kin = [each for each in above if each is not inner and each in known.contents]
        joined = {each for each in kin if _belongs(each, inner, seed, worth, known)}
        beside += [each for each in kin if each not in joined]
        inner = above
        if joined:
            container, taken = above, len(beside)
            worth += sum(known.worths[each] for each in joined)
    return container, dict.fromkeys(beside[:taken], "beside_the_text")


def _is_beside_a_paragraph(each: Element, inner: Element, known: Worths) -> bool:
    """Return whether an element is next to a paragraph as a part of a text is, even if short or without a sentence."""
    content = known.contents[each]
    return (
        inner.tag in (*PARAGRAPHS, "ul", "ol") and each.tag in PARTS and 2 * content.linked <= content.letters
    )


def _belongs(each: Element, inner: Element, seed: Element, whole: float, known: Worths) -> bool:
    """Return whether an element next to the text is more of it: alike, a lead, or with half as much prose."""
    worth = known.worths[each]
    if known.weights[each] >= known.weights[seed] and _is_beside_a_paragraph(each, inner, known):
        return True
    if known.weights[each] < known.weights[seed] or worth < 12 or known.score(each) < worth / 2:
        return False
    if each.tag == "p" or (each.tag == inner.tag and each.get("class") == inner.get("class")):
        return True
    return is_lead(each) or 2 * worth >= whole


def _chrome_in(container: Element, known: Worths, passed: dict[Element, str]) -> dict[Element, str]:
    """Return the outermost elements of a container that do not belong to the article, with the rule for each."""
    found: dict[Element, str] = {}
    ahead = [each for each in container if each not in passed]
    while ahead:
        element = ahead.pop()
        content = known.contents.get(element)
        if content is None:
            continue
        named = known.weights[element] < min(known.weights[container], CHROME)
        if named and known.worths[element] <= CHROME * known.worths[container]:
            found[element] = "named_as_chrome"
        elif element.tag not in NOT_DROPPED and _is_links_only(element, content):
            found[element] = "links_only"
        else:
            ahead += [each for each in element if each not in passed]
    return found


def _is_links_only(element: Element, content: Content) -> bool:
    """Return whether an element is two or more links with hardly any other words, and not a list of references."""
    if content.linked <= 2 * (content.prose + content.other):
        return False
    if next(islice(element.iter("a"), 1, None), None) is None:
        return False
    return not REFERENCE.match("".join(element.itertext()).strip())


def _is_sure(page: Element, container: Element, skipped: dict[Element, str], known: Worths) -> bool:
    """Return whether a body is beyond doubt.

    That is, it has `SURE` characters in two or more paragraphs and at least half of the page's prose, less was left out
    of it than kept, and Readability's rule chooses it too.
    """
    worth = known.worths[container] - sum(known.worths[each] for each in skipped if each in known.worths)
    out = sum(known.contents[each].letters for each in skipped)
    whole = known.contents[container]
    if worth < SURE or 2 * worth < known.worths[page] or whole.paragraphs < 2 or 2 * out > whole.letters:
        return False
    vote = _vote(known.contents)
    if vote is None or vote is container:
        return vote is container
    return container in vote.iterancestors() or vote in container.iterancestors()


def _vote(contents: Contents) -> Element | None:
    """Return the element that Readability's rule chooses: prose counts for its parent, and half for its grandparent."""
    points: dict[Element, float] = {}
    for element, content in contents.items():
        parent = element.getparent() if content.own else None
        above = parent.getparent() if parent is not None else None
        for each, share in ((parent, 1.0), (above, 0.5)):
            if each is not None and each in contents:
                points[each] = points.get(each, 0.0) + share * content.own
    return max(points, key=lambda each: points[each], default=None)
