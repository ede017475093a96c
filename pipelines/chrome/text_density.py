"""Count the characters, links and pictures of every element of a tree, in one pass from the leaves up."""

from dataclasses import dataclass

from pipelines.chrome.page_selectors import Element
from pipelines.chrome.picture_address import address_of

STOPS = "。！？；"
"""Punctuation that ends a sentence."""


@dataclass(slots=True)
class Weight:
    """The counts of an element, including its descendants."""

    letters: int = 0
    """Number of characters, without white space."""
    linked: int = 0
    """Number of these characters in links."""
    stops: bool = False
    """Whether there is a full stop among them."""
    images: int = 0
    """Number of images."""
    pictures: int = 0
    """Number of images that are not decoration of the template."""
    tables: int = 0
    """Number of tables below it, without itself."""


Weights = dict[Element, Weight]
"""Maps each element below `top` and `top` itself to its counts."""


def weigh(top: Element) -> Weights:
    """Return the weights of an element and its descendants, in time and memory linear in the size of the tree."""
    weights: Weights = {}
    for element in reversed(list(top.iter("*"))):  # descendants come after their ancestor in document order
        weight = Weight()
        _add_text(weight, element.text)
        for child in element:
            inner = weights[child]
            weight.letters += inner.letters
            weight.linked += inner.linked
            weight.stops = weight.stops or inner.stops
            weight.images += inner.images
            weight.pictures += inner.pictures
            weight.tables += inner.tables + (child.tag == "table")
            _add_text(weight, child.tail)
        if element.tag == "img":
            weight.images += 1
            weight.pictures += not _is_decoration(element)
        elif element.tag == "a":
            weight.linked = weight.letters
        weights[element] = weight
    return weights


def _add_text(weight: Weight, text: str | None) -> None:
    if text:
        weight.letters += len("".join(text.split()))
        weight.stops = weight.stops or any(stop in text for stop in STOPS)


def _is_decoration(image: Element) -> bool:
    src = address_of(image)
    return "/img/" in src or not src
