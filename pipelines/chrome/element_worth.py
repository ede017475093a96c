"""Score elements by their prose: the characters counted in text_runs.py, weighted by the names of the elements."""

from pipelines.chrome.chrome_names import weight_of_name
from pipelines.chrome.page_selectors import Element
from pipelines.chrome.text_runs import Content, Contents, count_contents

CARD = 0.1
"""Weight of the prose in a digest of another article."""

OTHER = 0.3
"""Amount by which a character outside prose and links lowers the score of its element."""


class Worths:
    """The content of every element of a page, with its weight and worth."""

    def __init__(self, page: Element) -> None:
        self.contents: Contents = count_contents(page)
        self.weights: dict[Element, float] = {}
        """Weight of a character of prose directly in an element: the minimum over its own name and its ancestors'."""
        self.worths: dict[Element, float] = {}
        """Weighted number of characters of prose in an element and its descendants."""
        self._weigh(page)

    def score(self, element: Element) -> float:
        """Return how much an element looks like an article: the worth of its prose minus its links and labels."""
        content = self.contents.get(element)
        if content is None:
            return 0.0
        return self.worths[element] - content.linked - OTHER * content.other

    def _weigh(self, page: Element) -> None:
        cards: set[Element] = set()
        for element in page.iter("*"):
            if element not in self.contents:
                continue
            parent = element.getparent()
            outer = self.weights.get(parent, 1.0) if parent is not None else 1.0
            self.weights[element] = min(outer, weight_of_name(element), CARD if element in cards else 1.0)
            cards.update(_cards(element, self.contents))
        for element in reversed(self.weights):
            inner = sum(self.worths.get(child, 0.0) for child in element)
            self.worths[element] = inner + self.weights[element] * self.contents[element].own


def _cards(element: Element, contents: Contents) -> list[Element]:
    """Return the children of an element that are digests of other articles: at least three alike, each with a link."""
    if len(element) < 3:
        return []
    alike: dict[tuple[object, str | None], list[tuple[Element, Content]]] = {}
    for child in element:
        content = contents.get(child)
        if content is not None and content.linked and content.paragraphs <= 2:
            alike.setdefault((child.tag, child.get("class")), []).append((child, content))
    return [
        child
        for group in alike.values()
        if sum(content.paragraphs > 0 for _, content in group) >= 3
        for child, _ in group
    ]
