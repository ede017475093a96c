"""Read the lists in which programs print words, one list for each line of the page, or JSON for a whole page.

`['雪地', '里']`, `[('雪地', 'n')]`, `[pair('雪地', 'n')]`, `[['雪地', '里'], ['n', 'f']]`, `[雪地/n, 里/f]`,
`{"cws": ["雪地"], "pos": ["n"]}`, `[{"word": "雪地", "pos": "n"}]`, `(IP (NN 雪地) (LC 里))`.
"""

import ast
import json
import re
from collections.abc import Iterable

from pipelines.segmentation.dumps.forms.words_per_line import page_of

MOST = 0.85
"""The least share of lines that must be lists."""
FEWEST_SPACES = 2
"""The fewest words that are spaces in a text that shows all its spaces."""
LONGEST = 4_000_000
"""The most characters of a text that is read as one value of JSON."""

_OPENS = re.compile(r"""\[\s*(?:['"\[({]|pair\()|\{\s*['"]""")
"""Matches the start of a list or dictionary of words."""
_PAIR = re.compile(r"\b(?:pair|Pair|Term|Word)\(")
"""Matches the name of a class before a pair of word and tag, as jieba and HanLP print it."""
_TAGGED = re.compile(r".+/[A-Za-z]{1,6}\d?", re.DOTALL)
"""Matches an item of the list that HanLP 1 prints: 雪地/n."""
_LEAF = re.compile(r"\(([A-Za-z][A-Za-z$-]*) ([^\s]+?)\)(?=[\s)]|$)")
"""Matches a leaf of a syntax tree; group 2 is the word."""
_TAG = re.compile(r"[A-Za-z]{1,8}\d{0,2}|[A-Z][A-Z$-]*")
"""Matches the tag of a part of speech."""
_WORD_KEYS = ("word", "text", "form", "token", "cont", "w", "surface")
"""The keys of dictionaries with one word."""
_LIST_KEYS = (
    "cws",
    "words",
    "word",
    "seg",
    "tokens",
    "token",
    "tok",
    "tok/fine",
    "tok/coarse",
    "text",
    "items",
)
"""The keys of dictionaries with a list of words, as LTP, HanLP and others name them, the best first."""
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
"""The names that treebanks have for brackets."""
_PIECES_AROUND = re.compile(r"^\[CLS\] ?| ?\[SEP\]$|^<s> ?| ?</s>$")
"""Matches the pieces that BERT and T5 put around a sentence."""


def page_of_lists(text: str) -> str | None:
    """Return the page whose lines are lists of words, with spaces between words; None if the text has another form."""
    if text.lstrip()[:1] not in tuple("[({"):
        return None
    return _texts_of_lines(text) or _of_json(text) or _of_lines(text)


def _texts_of_lines(text: str) -> str | None:
    """Return the page of lines of JSON that have the line or paragraph of the page itself, `{"text": "雪地里", …}`."""
    if not text.lstrip().startswith("{"):
        return None
    values = [_value_of(line) for line in text.split("\n") if line.strip()]
    texts = [value.get("text") for value in values if isinstance(value, dict)]
    if len(texts) < 2 or len(texts) < len(values):
        return None
    found = [each for each in texts if isinstance(each, str)]
    return page_of(found) if len(found) == len(values) else None


def _of_lines(text: str) -> str | None:
    """Return the page of a text with a list on each line; "" if a list cannot be read, None for another form."""
    lines = [
        "" if line.strip() in ("[]", "()", "{}", "[[], []]") else line.strip() for line in text.split("\n")
    ]
    filled = [line for line in lines if line]
    listed = sum(_is_list(line) for line in filled)
    if not filled or listed < MOST * len(filled):
        return None
    while lines and not lines[-1]:
        lines.pop()
    rows = [_words_of(line) if _is_list(line) else line.split() for line in lines]
    # If a list cannot be read, the whole text is empty, because its brackets and tags would become part of the article.
    return (
        "" if any(line and not row for line, row in zip(lines, rows, strict=True)) else page_of(_joined(rows))
    )


def _is_list(line: str) -> bool:
    if _OPENS.match(line) and line[-1] in "])}":
        return True
    return bool(_tagged_words(line)) or (line[:1] == "(" and line[-1] == ")" and bool(_LEAF.search(line)))


def _tagged_words(line: str) -> list[str]:
    """Return the words of a list as HanLP prints it, `[雪地/n, 里/f]`; none if the line is no such list."""
    items = line[1:-1].split(", ") if line[:1] == "[" and line[-1] == "]" else []
    return [item.rsplit("/", 1)[0] for item in items] if items and all(map(_TAGGED.fullmatch, items)) else []


def _words_of(line: str) -> list[str]:
    """Return the words of one list; none if it cannot be read."""
    if words := _tagged_words(line):
        return words
    if line.startswith("("):
        return [_BRACKETS.get(word, word) for _, word in _LEAF.findall(line)]
    return _words(_value_of(_PAIR.sub("(", line)))


def _value_of(text: str) -> object:
    """Return the value that a line of Python or JSON writes; None if it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _words(value: object) -> list[str]:
    """Return the words of one value: a list of words, pairs or dictionaries, or a dictionary with such a list."""
    if isinstance(value, dict):
        found = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), None)
        return _words(found) if found is not None else [word for word in [_word_of(value)] if word]
    if not isinstance(value, list | tuple) or not value:
        return []
    if _is_words_with_tags(value):
        return list(value[0])
    return [word for each in value if (word := _word_of(each))]


def _is_words_with_tags(value: list[object] | tuple[object, ...]) -> bool:
    """Return whether a value is a list of words beside a list of as many tags."""
    first = value[0]
    if not isinstance(first, list) or len(value) < 2:
        return False
    second = value[1]
    return (
        isinstance(second, list)
        and len(first) == len(second)
        and all(isinstance(tag, str) and _TAG.fullmatch(tag) for tag in second)
        and not all(isinstance(word, str) and _TAG.fullmatch(word) for word in first)
    )


def _word_of(value: object) -> str:
    """Return the word of an item: a string, a dictionary with a word, or a pair of word and tag."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return next((value[key] for key in _WORD_KEYS if isinstance(value.get(key), str)), "")
    if isinstance(value, list | tuple) and value and isinstance(value[0], str):
        return value[0]
    return ""


def _of_json(text: str) -> str | None:
    """Return the page of a single value of JSON: a list of sentences, or a dictionary with one."""
    bare = text.strip()
    if bare[:1] not in "[{" or bare[-1:] not in "]}" or len(bare) > LONGEST:
        return None
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    sentences = value
    if isinstance(value, dict):
        lists = [value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)]
        sentences = lists[0] if lists else value.get("sentences")
    if not isinstance(sentences, list) or not sentences or not isinstance(sentences[0], list | dict):
        return None
    rows = [_words(each) for each in sentences]
    return page_of(_joined(rows)) if sum(map(len, rows)) >= 2 * len(rows) else None


def _joined(rows: Iterable[list[str]]) -> list[str]:
    """Return each row as a line; without spaces between words if some words are spaces."""
    found = list(rows)
    between = "" if sum(row.count(" ") for row in found) >= FEWEST_SPACES else " "
    return [_PIECES_AROUND.sub("", between.join(row)) for row in found]
