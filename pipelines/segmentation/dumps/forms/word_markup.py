"""Read words in tags: the XML of segmenters (`<w pos="n">雪地</w>`, `<word cont="雪地" pos="n"/>`) and `雪地<n>`."""

import html
import re

from pipelines.segmentation.dumps.forms.words_per_line import page_of

FEWEST = 12
"""The fewest words."""
MOST = 0.85
"""The least share of words with a tag in angle brackets."""
_ELEMENT = re.compile(r"<(w|word|tok|token)\b([^<>]*?)(?:/>|>([^<>]*)(?:</\1>)?)", re.IGNORECASE)
"""Matches a word as an element; group 2 has its attributes, group 3 its text."""
_ATTRIBUTE = re.compile(r"\b(?:cont|text|word|form|w)\s*=\s*\"([^\"]*)\"")
"""Matches the attribute that has the word."""
_SENTENCE = re.compile(r"<sent\b[^<>]*\bcont\s*=\s*\"([^\"]*)\"")
"""Matches the start of a sentence whose attribute has its whole text, as LTP writes it."""
_LINE = re.compile(
    r"</(?:s|sent|sentence|para|p)>|\n(?=\s*<(?:s|sent|sentence|para|p)\b)|\n\s*\n", re.IGNORECASE
)
"""Matches the end of a sentence or a paragraph."""
_OF_A_PAGE = re.compile(r"<(?:html|head|body|div|table|a)\b", re.IGNORECASE)
"""Matches a tag that pages have, and segmented texts have not."""
_IN_ANGLES = re.compile(r"(\S+?)<[A-Za-z]{1,6}\d?>")
"""Matches a word with its tag in angle brackets."""


def is_word_markup(text: str) -> bool:
    """Return whether the tags of the text mark words, and not the elements of an HTML page."""
    words = text.split()
    angled = sum(_IN_ANGLES.fullmatch(word) is not None for word in words)
    if angled >= max(FEWEST, MOST * len(words)):
        return True
    return len(_ELEMENT.findall(text)) >= FEWEST and ("<TEI" in text or _OF_A_PAGE.search(text) is None)


def page_of_markup(text: str) -> str | None:
    """Return the page with spaces between its words; None if the text has no words in tags."""
    if "<" not in text or not is_word_markup(text):
        return None
    sentences = [html.unescape(each) for each in _SENTENCE.findall(text)]
    if sentences:
        return page_of(sentences)
    if len(_ELEMENT.findall(text)) < FEWEST:
        return _IN_ANGLES.sub(r"\1", text)
    # The words may stand on lines of their own; only the ends of sentences end a line then.
    ends = _LINE if re.search("</(?:s|sent|sentence|para|p)>", text, re.IGNORECASE) else re.compile("\n")
    lines = [" ".join(_words_of(piece)) for piece in ends.split(text)]
    return page_of([line for line in lines if line])


def _words_of(piece: str) -> list[str]:
    found: list[str] = []
    for _, attributes, inner in _ELEMENT.findall(piece):
        named = _ATTRIBUTE.search(attributes)
        word = html.unescape(inner).strip(" \t\n") or (html.unescape(named[1]) if named else "")
        found += [word] * bool(word)
    return found
