"""Convert the output forms of segmenters (tags, slashes, one word per line) to words separated by spaces.

Some segmenters return a space as a word of its own. Where a text has such words, it shows all spaces of the page, and
its words are joined without further spaces, which gives the text that was segmented.
"""

import re
from collections import Counter

from pipelines.segmentation.dumps.forms.parted_words import unparted
from pipelines.segmentation.dumps.forms.word_lists import page_of_lists
from pipelines.segmentation.dumps.forms.word_markup import page_of_markup
from pipelines.segmentation.dumps.forms.word_tables import page_of_words
from pipelines.segmentation.dumps.forms.words_per_line import has_paragraph_lines, page_of, with_lost_indents

_TAGGED = re.compile(r"(\S+)([/_#])([A-Za-z]{1,6}\d{0,2}|[A-Z]{1,5}[A-Z$-]*)")
_LONE_TAG = re.compile(r"[/_#][A-Za-z]{1,6}\d{0,2}")
"""The tag of a character of white space."""
_TAG = re.compile(r"[A-Za-z]{1,6}\d{0,2}")
_FEWEST = 12
"""The fewest words of a text in which a form is searched for."""
_MOST = 0.85
"""The least share of words, or lines, that must have the form."""


def words_with_spaces(text: str) -> tuple[str, str | None]:
    """Return the text with single spaces between words, and the name of its form (None if it has no known form)."""
    for name, read in _FORMS.items():
        found = read(text)
        if found is not None:
            return _with_single_spaces(page_of(found.strip("\n").split("\n"))), name
    if _has_words_that_are_spaces(text):
        text = _LONE_INDENT.sub("\u3000\u3000", text)
        return _WORD_GAP.sub(lambda gap: gap[0][: len(gap[0]) // 2], text), None
    single = _with_single_spaces(text)
    if has_paragraph_lines(single.strip("\n").split("\n")):
        return "\n\n".join(single.strip("\n").split("\n")), PARAGRAPH_LINES
    return single, None


PARAGRAPH_LINES = "words parted by blanks, one paragraph a line"
"""The form of a text that shows by the lengths of its lines alone that each of them is a paragraph."""


def _has_words_that_are_spaces(text: str) -> bool:
    """Return whether single spaces part the words of a text, and three spaces those with a space between them."""
    gaps = Counter(_INNER_GAP.findall(text))
    letters = len("".join(text.split()))
    usual = gaps[" "] + gaps["   "]
    return (
        len(_WIDE_BESIDE_LATIN.findall(text)) >= FEWEST_SPACES
        and _has_latin_words_apart(text)
        and usual >= _MOST * gaps.total()
        and gaps[" "] > gaps["   "]
        and letters <= _LETTERS_A_GAP * gaps.total()
    )


_WIDE_BESIDE_LATIN = re.compile("(?<=[0-9A-Za-z])   (?=[^\\s])|(?<=\\S)   (?=[0-9A-Za-z])")


def _has_latin_words_apart(text: str) -> bool:
    """Return whether single spaces part pieces of Latin words (`mA h`, `chong xie`), and three spaces the words.

    Other segmenters leave a single space between two Latin words, and three where the page had no-break spaces.
    """
    if not _LATIN_GAP.search(text):
        return True
    return len(_WIDE_LATIN_GAP.findall(text)) >= max(1, 2 * len(_GAP_OF_LONG_RUNS.findall(text)))


_LATIN_GAP = re.compile("(?<=[A-Za-z]) (?=[A-Za-z])")
_WIDE_LATIN_GAP = re.compile("(?<=[A-Za-z])   (?=[A-Za-z])")
_GAP_OF_LONG_RUNS = re.compile("(?<=[A-Za-z]{2}) (?=[A-Za-z]{2})")
_WORD_GAP = re.compile(r"(?<=[^ \n\r\t]) +(?=[^ \n\r\t])")
"""A gap of 2n + 1 spaces, which is n spaces as words; the full-width space is a word too."""
_LONE_INDENT = re.compile("^ *\u3000 (?=[^ \u3000])", re.MULTILINE)
"""What THULAC leaves of the two full-width spaces before a paragraph."""
FEWEST_SPACES = 2
"""The fewest words that are spaces in a text that shows all its spaces."""


_INNER_GAP = re.compile(r"(?<=\S)[ \t]+(?=\S)")
_LETTERS_A_GAP = 4
"""The most characters for each gap, on average, of a text whose words are separated."""


def _with_single_spaces(text: str) -> str:
    """Return the text with one space between words if nearly all are separated by two or more spaces, or by tabs.

    The convention is that of the SIGHAN bakeoffs and of the People's Daily corpus. Otherwise, return it unchanged.
    """
    gaps = Counter(_INNER_GAP.findall(text))
    wide = gaps.total() - gaps[" "]
    letters = len("".join(text.split()))
    if wide < _FEWEST or wide < _MOST * gaps.total() or letters > _LETTERS_A_GAP * gaps.total():
        return text
    return _INNER_GAP.sub(" ", text)


def _tagged(text: str) -> str | None:
    """Remove the tags of THULAC, LAC, HanLP, jieba or Stanford: `雪地/n 里/f`, `雪地_NN 里_LC`, `雪地#n`."""
    while (without := _COMPOUND.sub(r"\1", text)) != text:
        text = without
    if _CORPUS_LINE.match(text.lstrip()):
        text = page_of([line.strip() for line in _CORPUS_LINE.sub("", text).strip().split("\n")])
    words = [word for word in text.split() if not _LONE_TAG.fullmatch(word)]
    if len(words) < _FEWEST:
        return None
    ends = sum(word[-1] in ")}]" for word in words)
    if ends >= _MOST * len(words) and sum(map(bool, map(_IN_BRACKETS.fullmatch, words))) >= _MOST * len(
        words
    ):
        return _IN_BRACKETS.sub(r"\1", text)
    marks = Counter(match[2] for word in words if (match := _TAGGED.fullmatch(word)))
    if not marks:
        return None
    mark, count = marks.most_common(1)[0]
    if count < _MOST * len(words):
        return None
    lone = re.findall(rf"(?:^|(?<=\s)) {re.escape(mark)}({_TAG.pattern})(?=\s|$)", text, re.MULTILINE)
    # THULAC drops the spaces, and gives no-break spaces, printed as spaces, any of its tags.
    if len(lone) >= FEWEST_SPACES and len(set(lone)) == 1 and mark != "_":
        return "\n".join(_without_tags(line, mark) for line in text.split("\n"))
    # Segmenters tag white space too, such as the U+3000 at the start of a paragraph: `\u3000/x`.
    tag = re.compile(rf"{re.escape(mark)}[A-Za-z][A-Za-z0-9$-]*(?=\s|$)")
    return tag.sub("", text)


_IN_BRACKETS = re.compile(r"(\S+?)(?:\([A-Za-z]{1,6}\d?\)|\{[A-Za-z]{1,6}\d?\}|\[[A-Za-z]{1,6}\d?\])(?=\s|$)")
"""A word with its tag in brackets: `雪地(n)`."""
_CORPUS_LINE = re.compile(r"^\d{8}-\d{2}-\d{3}-\d{3}(?:/m)?\s+", re.MULTILINE)
"""The number before each line of the People's Daily corpus."""
_COMPOUND = re.compile(
    r"(?<![^\s\[])\[(([^\s\[\]/]\S*/[A-Za-z]\w*[ \t]+){0,40}[^\s\[\]/][^\s\[\]]*/[A-Za-z]\w*)"
    r"\](?(2)/?)[A-Za-z]{1,6}(?=[\s\]]|$)"
)
"""The brackets around the words of a name in that corpus and in ICTCLAS: `[中央/n 人民/n 电台/n]nt`."""


def _without_tags(line: str, mark: str) -> str:
    """Return a line as it was before its words were tagged; a tag without a word is that of a space."""
    tag = re.compile(rf"{re.escape(mark)}[A-Za-z][A-Za-z0-9$-]*$")
    pieces = line.rstrip("\r").split(" ")
    words = [" " if tag.fullmatch(piece) else tag.sub("", piece) for piece in pieces]
    return "".join(words)


def _by_slashes(text: str) -> str | None:
    found = unparted(text, "/")
    return found[0] if found and not found[1] else None


def _by_slashes_in_doubt(text: str) -> str | None:
    found = unparted(text, "/")
    return found[0] if found else None


def _by_bars(text: str) -> str | None:
    found = unparted(text, "|")
    return found[0] if found else None


def _pieces(text: str, fewest: int = _FEWEST) -> str | None:
    """Join the pieces of words of sentencepiece, BERT or subword-nmt: `▁雪地 ▁里`, `雪 ##地`, `雪@@ 地`."""
    if "▁" in text and _begins_lines("▁", text, fewest):
        tokens = text.split()
        if sum(token.startswith("▁") for token in tokens) < FEWEST_BEGUN * len(tokens):
            # The mark stands for a space of the text, and pieces without it continue a word.
            return with_lost_indents(re.sub("(?m)^ ", "", text.replace(" ", "").replace("▁", " ")))
        return re.sub("[ \t]+", " ", text.replace("▁", " "))
    if len("".join(text.split())) > _LETTERS_A_GAP * text.count(" "):
        return None
    if len(_CONTINUED_BY_BERT.findall(text)) >= _FEWEST_PIECES or len(_AROUND.findall(text)) >= _FEWEST:
        return _AROUND.sub("", re.sub(r" ?(?<=\s)##(?=[^\s#])", "", text))
    if len(_CONTINUED.findall(text)) >= _FEWEST_PIECES:
        return re.sub(r"(?<=\S)@@(?: |(?=\s))", "", text)
    return None


def _begins_lines(mark: str, text: str, fewest: int) -> bool:
    """Return whether a text has a mark often, or at the start of most of its lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    return (
        text.count(mark) >= fewest
        or sum(line.lstrip(" ").startswith(mark) for line in lines) > len(lines) / 2
    )


_CONTINUED_BY_BERT, _CONTINUED = re.compile(r"(?<=\w )##\w"), re.compile(r"\w@@ \w")
_FEWEST_PIECES = 2
"""The fewest pieces that continue a word: pages in Chinese have few words of several pieces."""
_AROUND = re.compile(r"^\[CLS\] ?| ?\[SEP\]$", re.MULTILINE)
"""What BERT puts before and behind a text."""


FEWEST_BEGUN = 0.6
"""The least share of pieces with the mark in a text whose words were parted by spaces before."""


def _pieces_in_lists(text: str) -> str | None:
    words = page_of_lists(text)
    return words and (_pieces(words, 1) or words)


_FORMS = {
    "words in XML or angle brackets": page_of_markup,
    "lists or trees of words": _pieces_in_lists,
    "words with tags": _tagged,
    "words parted by slashes": _by_slashes,
    "words parted by slashes, with slashes of the text": _by_slashes_in_doubt,
    "words parted by bars": _by_bars,
    "pieces of words (sentencepiece, BPE, WordPiece)": _pieces,
    "one word a line, or CoNLL": page_of_words,
}
LOSSY = frozenset(_FORMS) - {"words with tags", "words parted by slashes", "words parted by bars"} | {
    PARAGRAPH_LINES
}
"""Forms that do not show the page's line ends, the spaces between Latin words, or the slashes of the text."""
