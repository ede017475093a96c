"""Read words that stand one on a line, with or without a tag, and tables of CoNLL and CoNLL-U."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.segmentation.dumps.forms.unread_forms import is_vertical, without_structure
from pipelines.segmentation.dumps.forms.words_per_line import page_of, page_of_groups

FEWEST_WORDS = 24
"""The fewest lines."""
MOST = 0.85
"""The least share of lines that must have a word."""
LONGEST_WORD = 6
"""The most letters of a usual word."""
FEWEST_SPACES = 2
"""The fewest words that are spaces in a text that shows all its spaces."""
LEAST_STOPS = 0.02
"""The least share of words that are marks of punctuation; menus, whose items are short too, have none."""
_STOPS = frozenset("，。、：；“”（）()《》？！|")
_TAG = re.compile(r"[A-Za-z]{1,6}\d{0,2}")
_BLANKS = " \t\r"
"""White space that is no word; the full-width space is one."""
_LONE_SPACE = re.compile(r" (?:[ \t]+[A-Za-z]{1,6})?")
"""A line with a space as its word, with or without a tag."""
_COMMENT = re.compile(r"# ?(?:sent_id|text|newpar|newdoc|[a-z_]+ =|[a-z]+$)")


def page_of_words(text: str) -> str | None:
    """Join lines of one word, with or without a tag, or rows of a table; an empty line ends a line of the page."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if is_vertical(text):
        lines = without_structure(lines)
    if any(map(_COMMENT.match, lines[:40])):
        return _page_of_conllu(lines)
    filled = [line.rstrip(_BLANKS) for line in lines if line.strip(_BLANKS)]
    if len(filled) < FEWEST_WORDS:
        return None
    rows = [_cells(line) for line in filled]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    at = 1 if width > 2 and all(row[0].isdigit() for row in rows[: FEWEST_WORDS // 2]) else 0
    tags = sum(len(row) > 1 and _TAG.fullmatch(row[-1]) is not None for row in rows)
    short = sum(len(row) == width and len(row[at]) <= LONGEST_WORD for row in rows)
    stops = sum(row[0] in _STOPS for row in rows)
    bare = width == 1 and stops >= LEAST_STOPS * len(rows)
    if not (short >= MOST * len(rows) and (at or bare or tags >= MOST * len(rows))):
        return None
    spaces = sum(_LONE_SPACE.fullmatch(line) is not None for line in lines)
    between = "" if spaces >= FEWEST_SPACES else " "
    return page_of_groups([(between.join(words), blank) for words, blank in _groups(lines, at)])


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.strip(_BLANKS).split(" ")


def _groups(lines: Sequence[str], at: int) -> Iterator[tuple[list[str], int]]:
    """Yield the words of the lines between empty ones, and the number of the empty lines below."""
    words: list[str] = []
    blank = 0
    for line in lines:
        lone = _LONE_SPACE.fullmatch(line) is not None
        if not line.strip(_BLANKS) and not lone:
            blank += 1
            continue
        if blank and words:
            yield words, blank
            words = []
        cells = _cells(line.rstrip(_BLANKS))
        words.append(" " if lone else cells[at] if len(cells) > at else line.strip(_BLANKS))
        blank = 0
    if words:
        yield words, blank


def _page_of_conllu(lines: Sequence[str]) -> str | None:
    """Return the page of a table of CoNLL-U: each sentence by its comment `# text`, otherwise by its words.

    Sentences are joined to paragraphs if the table says where a paragraph begins (`# newpar`).
    """
    sentences: list[tuple[bool, str]] = []
    words, shown, begins = "", "", False
    for line in [*lines, ""]:
        row = line.split("\t")
        if line.startswith("#"):
            begins |= re.match("# ?newpar|# ?newdoc", line) is not None
            shown = line.split("=", 1)[1].strip(_BLANKS) if re.match("# ?text ?=", line) else shown
        elif len(row) > 3 and row[0].isdigit():
            words += row[1] + ("" if "SpaceAfter=No" in row[-1] else " ")
        elif not line.strip() and (words or shown):
            sentences.append((begins, shown or words.strip(_BLANKS)))
            words, shown, begins = "", "", False
        elif line.strip() and not re.match(r"\d+[-.]\d+\t", line):
            return None
    if not any(begins for begins, _ in sentences):
        return page_of([sentence for _, sentence in sentences]) if sentences else None
    paragraphs: list[str] = []
    for begins, sentence in sentences:
        paragraphs[len(paragraphs) - (not begins and bool(paragraphs)) :] = [
            sentence if begins or not paragraphs else paragraphs[-1] + sentence
        ]
    return "\n\n".join(paragraphs)
