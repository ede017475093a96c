"""Find the body on a page without a known layout by the contents of its elements, not by their markup.

There are three steps: find the element with the most prose and the fewest links (`_seed`), add neighbours with similar
prose (`_widen`), and remove parts that do not belong to the article (`_chrome_in`). The result is sure only if it
agrees with `_vote`, which imitates how Mozilla's Readability scores parents by their paragraphs.
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
"""Minimum number of characters of prose of an element that may be the body."""

LEAST_IN_CHROME = 200
"""The same if its class or id suggests a menu or footer (CHROME_WEIGHT), since footers have sentences too."""

LEAST_PLAIN = 150
"""For a page without sentences, such as a table of contents: the minimum score of the body, and the minimum number of
its characters outside links and prose.
"""

NESTED_SHARE = 0.75
"""A nested element is preferred to the one around it if it has at least this share of the highest score."""

SURE_PROSE = 150
"""Minimum weighted number of characters of prose, removed parts not counted, for a body to be `sure`."""

LEAST_JOINED = 12
"""Minimum worth (weighted characters of prose) of a neighbour that `_belongs` adds to the body for its prose."""

PARAGRAPHS = frozenset({"p", "blockquote", "li"})
"""Tags of paragraphs."""

TEXT_TAGS = frozenset(
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
"""Tags that can follow a paragraph inside an article."""

CHROME_WEIGHT = 0.4
"""An element whose class or id weighs less (see chrome_names.py) is taken for a menu, a footer or the like."""

CHROME_SHARE = 0.4
"""Such an element is removed only if it has at most this share of the worth of the body."""

KEPT_TAGS = frozenset(
    {"p", "a", "span", "font", "li", "tr", "td", "th", "tbody", "h1", "h2", "h3", "h4", "h5", "h6"}
)
"""Tags of elements that are never removed for being mostly links, because the rules for lines handle them."""


@dataclass(frozen=True, slots=True)
class FoundBody:
    """The body of a page without a known layout."""

    container: Element
    """The element that contains the article."""
    skipped: dict[Element, str]
    """Elements in it that do not belong to the article, each with the name of the rule that removed it."""
    sure: bool
    """Whether `_is_sure` holds; always False on a page without sentences."""


def find_body(page: Element) -> FoundBody | None:
    """Find the body of an article on the page; return None if nothing looks like one.

    If no element has enough prose, take the element with the most words outside links, or else the one below the
    headline, or else the one with the page's video or pictures. These are never `sure`.
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
    """Return whether an element has enough prose; one that is named like a menu or footer needs more."""
    return known.contents[element].prose >= (
        LEAST if known.weights[element] >= CHROME_WEIGHT else LEAST_IN_CHROME
    )


def _plain_seed(known: Worths) -> Element | None:
    """Return the innermost element with the most words outside links, for a page without sentences."""
    scores = {
        each: known.weights[each] * content.other - 2 * content.linked
        for each, content in known.contents.items()
        if content.other >= LEAST_PLAIN and known.weights[each] >= CHROME_WEIGHT
    }
    best = max(scores, key=lambda each: scores[each], default=None)
    return None if best is None or scores[best] < LEAST_PLAIN else _innermost(best, scores)


def _innermost(best: Element, scores: dict[Element, float]) -> Element:
    least = NESTED_SHARE * scores[best]
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
        siblings = [each for each in above if each is not inner and each in known.contents]
        joined = {each for each in siblings if _belongs(each, inner, seed, worth, known)}
        beside += [each for each in siblings if each not in joined]
        inner = above
        if joined:
            container, taken = above, len(beside)
            worth += sum(known.worths[each] for each in joined)
    return container, dict.fromkeys(beside[:taken], "beside_the_text")


def _is_beside_a_paragraph(each: Element, inner: Element, known: Worths) -> bool:
    """Return whether an element beside the paragraph or list `inner` may continue its text.

    It may if it has one of TEXT_TAGS and at most half of its characters are in links, even if it has no sentence.
    """
    content = known.contents[each]
    return (
        inner.tag in (*PARAGRAPHS, "ul", "ol")
        and each.tag in TEXT_TAGS
        and 2 * content.linked <= content.letters
    )


def _belongs(each: Element, inner: Element, seed: Element, whole: float, known: Worths) -> bool:
    """Return whether `each`, a sibling of `inner`, belongs to the same text.

    It does if it may continue a paragraph (`_is_beside_a_paragraph`). Otherwise it needs LEAST_JOINED and not too many
    links, and must be a `<p>`, have the tag and class of `inner`, be named like a lead, or have at least half of the
    worth `whole`, which is that of the text so far. An element that is named more like a menu than `seed` never does.
    """
    worth = known.worths[each]
    if known.weights[each] >= known.weights[seed] and _is_beside_a_paragraph(each, inner, known):
        return True
    if known.weights[each] < known.weights[seed] or worth < LEAST_JOINED or known.score(each) < worth / 2:
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
        named = known.weights[element] < min(known.weights[container], CHROME_WEIGHT)
        if named and known.worths[element] <= CHROME_SHARE * known.worths[container]:
            found[element] = "named_as_chrome"
        elif element.tag not in KEPT_TAGS and _is_links_only(element, content):
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

    That is, it has `SURE_PROSE` characters in two or more paragraphs and at least half of the page's prose, at most
    half of its characters are left out, and the element that `_vote` chooses is it, contains it or is in it.
    """
    worth = known.worths[container] - sum(known.worths[each] for each in skipped if each in known.worths)
    out = sum(known.contents[each].letters for each in skipped)
    whole = known.contents[container]
    if (
        worth < SURE_PROSE
        or 2 * worth < known.worths[page]
        or whole.paragraphs < 2
        or 2 * out > whole.letters
    ):
        return False
    vote = _vote(known.contents)
    if vote is None or vote is container:
        return vote is container
    return container in vote.iterancestors() or vote in container.iterancestors()


def _vote(contents: Contents) -> Element | None:
    """Return the element with the most points, or None: prose counts for its parent, and half for its grandparent.

    This imitates one rule of Mozilla's Readability.
    """
    points: dict[Element, float] = {}
    for element, content in contents.items():
        parent = element.getparent() if content.own else None
        above = parent.getparent() if parent is not None else None
        for each, share in ((parent, 1.0), (above, 0.5)):
            if each is not None and each in contents:
                points[each] = points.get(each, 0.0) + share * content.own
    return max(points, key=lambda each: points[each], default=None)
