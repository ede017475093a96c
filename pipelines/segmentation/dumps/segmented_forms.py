"""Convert the output forms of segmenters (tags, slashes, one word per line) to words separated by spaces.

Some segmenters return a space as a word of its own. Where a text has such words, it shows all spaces of the page, and
its words are joined without further spaces, which gives the text that was segmented.
"""

import ast
import re
from collections import Counter

_TAGGED = re.compile(r"(\S+)([/_#])([A-Za-z]{1,6}\d{0,2}|[A-Z]{1,5}[A-Z$-]*)")
_LONE_TAG = re.compile(r"[/_#][A-Za-z]{1,6}\d{0,2}")
"""The tag of a character of white space."""
_TAG = re.compile(r"[A-Za-z]{1,6}\d{0,2}")
_HAN = re.compile("[\u3400-\u9fff]")
_FEWEST = 12
"""The fewest words of a text in which a form is searched for."""
_MOST = 0.85
"""The least share of words, or lines, that must have the form."""
_SHORT = 6
"""The most letters of a usual word."""


def words_with_spaces(text: str) -> tuple[str, str | None]:
    """Return the text with single spaces between words, and the name of its form (None if it has no known form)."""
    for name, read in _FORMS.items():
        found = read(text)
        if found is not None:
            return _with_single_spaces(found), name
    if _has_words_that_are_spaces(text):
        text = _LONE_INDENT.sub("\u3000\u3000", text)
        return _WORD_GAP.sub(lambda gap: gap[0][: len(gap[0]) // 2], text), None
    return _with_single_spaces(text), None


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
    words = [word for word in text.split() if not _LONE_TAG.fullmatch(word)]
    if len(words) < _FEWEST:
        return None
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


def _without_tags(line: str, mark: str) -> str:
    """Return a line as it was before its words were tagged; a tag without a word is that of a space."""
    tag = re.compile(rf"{re.escape(mark)}[A-Za-z][A-Za-z0-9$-]*$")
    pieces = line.rstrip("\r").split(" ")
    words = [" " if tag.fullmatch(piece) else tag.sub("", piece) for piece in pieces]
    return "".join(words)


def _parted(text: str, mark: str) -> str | None:
    """Replace a mark between all words by a space: `雪地/里/为什么`, `雪地 / 里`, `雪地|里`."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    letters = len(_HAN.findall(text))
    marks = text.count(mark)
    parted = sum(mark in line for line in lines if len(line) > _SHORT)
    long = sum(len(line) > _SHORT for line in lines)
    if marks < _FEWEST or marks * 5 < letters or parted < _MOST * long:
        return None
    pieces = [piece for line in lines for piece in line.split(mark) if piece.strip()]
    if sum(_HAN.search(piece) is not None for piece in pieces) < 0.5 * len(pieces):
        return None
    if sum(len(_HAN.findall(piece)) > _SHORT for piece in pieces) > (1 - _MOST) * len(pieces):
        return None
    exact = _joined_at(text, mark)
    if exact is not None:
        return exact
    bare = re.escape(mark)
    text = re.sub(rf"{bare}[ \t]*{bare}[ \t]*{bare}", f" {chr(0)} ", text)
    return re.sub(rf"[ \t]*{bare}[ \t]*", " ", text).replace(chr(0), mark)


def _joined_at(text: str, mark: str) -> str | None:
    """Return the text with the words joined if some words are spaces (`RTX/ /4090`); None if none is."""
    for between in (f" {mark} ", f"{mark} ", mark):
        if text.count(between) >= _MOST * text.count(mark):
            lines = [line.split(between) for line in text.split("\n")]
            spaces = sum(piece == " " for line in lines for piece in line)
            return "\n".join(map("".join, lines)) if spaces >= FEWEST_SPACES else None
    return None


def _by_slashes(text: str) -> str | None:
    return _parted(text, "/")


def _by_bars(text: str) -> str | None:
    return _parted(text, "|")


def _pieces(text: str) -> str | None:
    """Join the pieces of words of sentencepiece, BERT or subword-nmt: `▁雪地 ▁里`, `雪 ##地`, `雪@@ 地`."""
    if text.count("▁") >= _FEWEST:
        tokens = text.split()
        if sum(token.startswith("▁") for token in tokens) < FEWEST_BEGUN * len(tokens):
            # The mark stands for a space of the text, and pieces without it continue a word.
            return re.sub("(?m)^ ", "", text.replace(" ", "").replace("▁", " "))
        return re.sub("[ \t]+", " ", text.replace("▁", " "))
    if len(re.findall(r"(?<=\s)##[^\s#]", text)) >= _FEWEST:
        return re.sub(r"(?<=\s)##(?=[^\s#])", "", text)
    if len(re.findall(r"\S@@(?=\s)", text)) >= _FEWEST:
        return re.sub(r"(?<=\S)@@(?=\s)", "", text)
    return None


FEWEST_BEGUN = 0.6
"""The least share of pieces with the mark in a text whose words were parted by spaces before."""


def _one_a_line(text: str) -> str | None:
    """Join lines of one word, with or without a tag, or of a CoNLL table; a blank line separates paragraphs."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    filled = [line.rstrip() for line in lines if line.strip()]
    spaces = sum(_LONE_SPACE.fullmatch(line) is not None for line in lines)
    if len(filled) < 2 * _FEWEST:
        return None
    rows = [line.split("\t") if "\t" in line else line.split() for line in filled]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    at = 1 if width > 2 and all(row[0].isdigit() for row in rows[:_FEWEST]) else 0
    tagged = width == 1 or sum(len(row) > 1 and bool(_TAG.fullmatch(row[-1])) for row in rows) >= _MOST * len(
        rows
    )
    short = sum(len(row) == width and len(row[at]) <= _SHORT for row in rows)
    if not (short >= _MOST * len(rows) and (tagged or at)):
        return None
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if _LONE_SPACE.fullmatch(line):
            paragraphs[-1].append(" ")
        elif line.strip():
            cells = line.rstrip().split("\t") if "\t" in line else line.split()
            paragraphs[-1].append(cells[at] if len(cells) > at else line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    between = "" if spaces >= FEWEST_SPACES else " "
    return "\n\n".join(between.join(words) for words in paragraphs if words)


_LONE_SPACE = re.compile(r" (?:[ \t]+[A-Za-z]{1,6})?")
"""A line with a space as its word, with or without a tag."""


def _python_lists(text: str) -> str | None:
    """Join the words of lists as Python prints them, one list per line: `['雪地', '里']`."""
    lines = ["" if line.strip() == "[]" else line.strip() for line in text.split("\n")]
    filled = [line for line in lines if line]
    if not filled or sum(line.startswith(("['", '["')) for line in filled) < _MOST * len(filled):
        return None
    found = [_words_of(line) for line in lines]
    between = "" if sum(words.count(" ") for words in found) >= FEWEST_SPACES else " "
    return "\n".join(between.join(words) for words in found)


def _words_of(line: str) -> list[str]:
    try:
        words = ast.literal_eval(line) if line else []
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [line]
    return list(map(str, words)) if isinstance(words, list) else [line]


_FORMS = {
    "words with tags": _tagged,
    "words parted by slashes": _by_slashes,
    "words parted by bars": _by_bars,
    "pieces of words (sentencepiece)": _pieces,
    "one word a line": _one_a_line,
    "lists of words": _python_lists,
}
LOSSY = frozenset({"one word a line", "lists of words", "pieces of words (sentencepiece)"})
"""Forms that do not show the page's line ends, or the spaces between Latin words."""
