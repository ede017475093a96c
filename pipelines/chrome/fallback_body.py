"""Finding the body on a page of no known layout, by what its elements hold and not by their markup.

Three steps: the element that holds the most prose beside the fewest links (`_seed`), what stands beside it and is prose
of the same kind (`_widen`), and what stands in it and is none of the article (`_chrome_in`). A second opinion, the one
by which readability scores pages, has a vote in how sure the result is.
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
"""Letters of prose under which nothing is an article."""

LEAST_NAMED = 200
"""The same in an element that is named as chrome: a footer has sentences, too."""

LEAST_PLAIN = 150
"""Letters outside sentences and links from which a page without a sentence, as a table of contents, is read."""

NEARLY = 0.75
"""The share of a score from which an element within another stands for it."""

SURE = 150
"""Letters of prose from which a body may be sure."""

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
"""What a paragraph is, and what stands beside one in a text."""

CHROME = 0.4
"""Weights below this are of names of chrome; and the share of the body's worth up to which such a name is believed."""

NOT_DROPPED = frozenset(
    {"p", "a", "span", "font", "li", "tr", "td", "th", "tbody", "h1", "h2", "h3", "h4", "h5", "h6"}
)
"""Elements that are left to the rules for lines, however many links they hold."""


@dataclass(frozen=True, slots=True)
class FoundBody:
    """The body of a page of no known layout."""

    container: Element
    skipped: dict[Element, str]
    """Elements in it that are none of the article, and the rule that tells each."""
    sure: bool


def find_body(page: Element) -> FoundBody | None:
    """Return what reads most like an article's text, or None where there is none.

    Without sentences, the element with the most plain words is taken, else what stands below the headline, else what
    holds the page's film or pictures; none of these is sure.
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
    """Return the element with the highest score, or the innermost in it that has nearly all of that."""
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
    """Tell whether an element has prose enough: more of it where it is named as chrome."""
    return known.contents[element].prose >= (LEAST if known.weights[element] >= CHROME else LEAST_NAMED)


def _plain_seed(known: Worths) -> Element | None:
    """Return the innermost element with the most words beside its links, on a page without a sentence."""
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
    """Return the element that holds all of the article, and what in it is none, outside the element it was found by."""
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
    """Tell whether an element stands beside a paragraph as part of a text does, short or without a sentence."""
    content = known.contents[each]
    return (
        inner.tag in (*PARAGRAPHS, "ul", "ol") and each.tag in PARTS and 2 * content.linked <= content.letters
    )


def _belongs(each: Element, inner: Element, seed: Element, whole: float, known: Worths) -> bool:
    """Tell whether an element beside one that holds the text is more of it: of its kind, its lead, or half as much."""
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
    """Tell whether an element is two links or more and hardly a word beside them, and no list of references."""
    if content.linked <= 2 * (content.prose + content.other):
        return False
    if next(islice(element.iter("a"), 1, None), None) is None:
        return False
    return not REFERENCE.match("".join(element.itertext()).strip())


def _is_sure(page: Element, container: Element, skipped: dict[Element, str], known: Worths) -> bool:
    """Tell whether a body is one beyond much doubt.

    It has `SURE` letters in two paragraphs or more, is half of the page's prose or more, is not mostly what was left
    out of it, and has the vote.
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
    """Return the element that readability's rule takes: prose counts for its parent, and half for the one above."""
    points: dict[Element, float] = {}
    for element, content in contents.items():
        parent = element.getparent() if content.own else None
        above = parent.getparent() if parent is not None else None
        for each, share in ((parent, 1.0), (above, 0.5)):
            if each is not None and each in contents:
                points[each] = points.get(each, 0.0) + share * content.own
    return max(points, key=lambda each: points[each], default=None)
