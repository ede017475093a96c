"""How much is in every element of a tree, counted once from the leaves up, however deep they stand in each other."""

from dataclasses import dataclass

from pipelines.chrome.page_selectors import Element
from pipelines.chrome.picture_address import address_of

STOPS = "。！？；"
"""What ends a sentence."""


@dataclass(slots=True)
class Weight:
    """What an element holds, with all that is in it."""

    letters: int = 0
    """Without white space."""
    linked: int = 0
    """Those of them in links."""
    stops: bool = False
    """Whether there is a full stop among them."""
    images: int = 0
    pictures: int = 0
    """Images that are no decoration of the template."""
    tables: int = 0
    """Tables below it, itself left out."""


Weights = dict[Element, Weight]


def weigh(top: Element) -> Weights:
    """Return the weight of an element and of each one in it. Time and memory go with the size of the tree alone."""
    weights: Weights = {}
    for element in reversed(list(top.iter("*"))):  # what stands in an element comes behind it in the page
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
