"""Convert a text to its canonical form, which removes differences of typing, with offsets back to the text.

The rules are the rows of the table in docs/text.md; the functions here have the same names and the same order.
"""

import re
import unicodedata
from collections.abc import Callable

Edits = list[tuple[int, int, str]]
"""(start, end, replacement) in ascending order, without overlaps."""

TABLE_VERSION = 1
"""Version of the table. Hashes of canonical texts can only be compared within one version."""

HAN = "\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han characters, as the inside of a character class of a regular expression."""
CJK = HAN + "\u3001-\u3004\u3008-\u3020\u302a-\u303f\u3041-\u30ff\u31f0-\u31ff\uff01-\uff9f"
"""Han, kana, and their full-width punctuation; not the quotation marks, which Latin text uses too."""

ZERO_WIDTH = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Invisible characters, which the canonical text does not have; the inside of a character class."""
ODD_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces other than U+0020; the inside of a character class."""
WIDE_ALPHANUMERICS = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
"""Full-width digits and Latin letters; the inside of a character class."""
FULL_WIDTH = dict(zip(",;:?!()", "，；：？！（）", strict=True))
"""Map each half-width punctuation mark that may be converted to its full-width form."""

# Characters that no rule changes: printable ASCII without the space and seven punctuation marks, common Han, and the
# punctuation of a Chinese newspaper. Only other characters are examined.
_SUSPECT = re.compile("[^\n\t\"-'*-+\\--9<->@-~\u4e00-\u9fff“”‘’—…·、。〈-】，；：？！（）－％～＋]")
_NEEDS_NFC = re.compile(
    "[^\n\t -~\u3000\u4e00-\u9fff“”‘’—…·、。〈-】\uff01-\uff9d\u00a0\u00ad\u200b-\u200f\u2060\ufeff]"
)
_CLUSTER = re.compile("[\x00-\x7f\u4e00-\u9fff]?[^\x00-\x7f\u4e00-\u9fff]+")
_ZERO_WIDTH = re.compile(f"[{ZERO_WIDTH}]+")
_WIDE_ALPHANUMERIC = re.compile(f"[{WIDE_ALPHANUMERICS}]")
_SPACES = re.compile(f"[ {ODD_SPACES}]+")
_PUNCTUATION = re.compile("[,;:?!()]+")
_IS_CJK = re.compile(f"[{CJK}]")
_BESIDE_FULL_WIDTH = re.compile(f"[{CJK}“”‘’…—]")


def canonical(text: str) -> tuple[str, list[int]]:
    """Return the canonical text, and for each of its characters the index in `text` of the original character.

    The list has one more entry than the canonical text has characters: the last one is `len(text)`. The function is
    idempotent: `canonical(canonical(t)[0])[0] == canonical(t)[0]`.
    """
    done, steps = _run(text)
    offsets = list(range(len(text) + 1))
    for edits in steps:
        offsets = _follow(offsets, edits)
    return done, offsets


def canonical_text(text: str) -> str:
    """Return only the canonical text. A text without anything to change takes a single scan."""
    return _run(text)[0]


def offset_runs(text: str) -> tuple[str, list[list[int]]]:
    """Return the canonical text, and the mapping back to `text` as pairs [i, j] in ascending order of i.

    From character i of the canonical text up to the next pair, its character k is character j + (k - i) of `text`. The
    list is empty if the text is canonical already.
    """
    done = canonical_text(text)
    if done == text:
        return done, []
    _, offsets = canonical(text)
    runs: list[list[int]] = []
    shift = 0
    for i, j in enumerate(offsets):
        if j - i != shift:
            shift = j - i
            runs.append([i, j])
    return done, runs


def _run(text: str) -> tuple[str, list[Edits]]:
    """Return the canonical text, and the edits of each step that led to it."""
    steps: list[Edits] = []
    # Removing a character can make two adjacent that compose, so the steps are repeated until nothing changes.
    while suspects := set(_SUSPECT.findall(text)):
        moved = False
        for applies, step in _TABLE:
            edits = step(text) if applies is None or any(map(applies.match, suspects)) else []
            if edits:
                text, moved = _apply(text, edits), True
                steps.append(edits)
        if not moved:
            break
    return text, steps


def _apply(text: str, edits: Edits) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        at = end
    return "".join([*pieces, text[at:]])


def _follow(offsets: list[int], edits: Edits) -> list[int]:
    out, at = [], 0
    for start, end, new in edits:
        out += offsets[at:start]
        # A replacement of the same length maps each character to its own; otherwise all map to the first old one.
        out += offsets[start:end] if len(new) == end - start else [offsets[start]] * len(new)
        at = end
    return out + offsets[at:]


def _compose(text: str) -> Edits:
    """Return the edits for NFC, cluster by cluster, so that offsets stay precise."""
    if unicodedata.is_normalized("NFC", text):
        return []
    edits = []
    for cluster in _CLUSTER.finditer(text):
        if not unicodedata.is_normalized("NFC", cluster[0]):
            edits += _composed(cluster[0], cluster.start())
    return edits


def _composed(cluster: str, at: int) -> Edits:
    """Return the edits for NFC of one cluster, one per composed character."""
    edits = []
    letter = ""
    for char in [*cluster, ""]:
        # A combining mark, or a starter that composes with the character before it, as vowels of Hangul do.
        if char and (unicodedata.combining(char) or _joins(letter, char)):
            letter += char
            continue
        new = unicodedata.normalize("NFC", letter)
        if new != letter:
            edits.append((at, at + len(letter), new))
        at += len(letter)
        letter = char
    return edits


def _joins(letter: str, char: str) -> bool:
    nfc = unicodedata.normalize
    return nfc("NFC", letter + char) != nfc("NFC", letter) + nfc("NFC", char)


def _drop_zero_width(text: str) -> Edits:
    return [(m.start(), m.end(), "") for m in _ZERO_WIDTH.finditer(text)]


def _halve(text: str) -> Edits:
    return [(m.start(), m.end(), chr(ord(m[0]) - 0xFEE0)) for m in _WIDE_ALPHANUMERIC.finditer(text)]


def _space(text: str) -> Edits:
    """Return the edits for spaces.

    A run with a plain space becomes one plain space; a run of other spaces too, unless it is next to a CJK character.
    All other runs are removed, as are those between CJK and ASCII and at line ends.
    """
    edits = []
    for run in _SPACES.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        new = _space_between(before, after, plain=" " in run[0])
        if new != run[0]:
            edits.append((run.start(), run.end(), new))
    return edits


def _space_between(before: str, after: str, *, plain: bool) -> str:
    if before in "\n\t" or after in "\n\t":
        return ""
    cjk = (_IS_CJK.match(before) is not None) + (_IS_CJK.match(after) is not None)
    if cjk == 1 and (before.isascii() or after.isascii()):
        return ""
    return " " if plain or not cjk else ""


def _widen(text: str) -> Edits:
    """Return the edits that convert `,;:?!()` to full width.

    A run of them is converted if it is between Han or full-width punctuation, or at the end of a line after them.
    Parentheses are converted in pairs: if one of the two is next to ASCII, neither is converted.
    """
    wide: dict[int, bool] = {}
    for run in _PUNCTUATION.finditer(text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        opens, closes = before in "\n\t", after in "\n\t"
        fits = (opens or _BESIDE_FULL_WIDTH.match(before) is not None) and (
            closes or _BESIDE_FULL_WIDTH.match(after) is not None
        )
        eligible = fits and not (opens and closes)
        wide.update(dict.fromkeys(range(*run.span()), eligible))
    for left, right in _pairs(text, wide):
        wide[left] = wide[right] = wide[left] and wide[right]
    return [(i, i + 1, FULL_WIDTH[text[i]]) for i, turns in wide.items() if turns]


def _pairs(text: str, places: dict[int, bool]) -> list[tuple[int, int]]:
    """Return the pairs of parentheses among `places`, line by line."""
    pairs: list[tuple[int, int]] = []
    open_at: list[int] = []
    for i in places:
        if text[i] == "(":
            open_at.append(i)
        elif text[i] == ")" and open_at:
            left = open_at.pop()
            if text.find("\n", left, i) < 0:
                pairs.append((left, i))
    return pairs


_TABLE: tuple[tuple[re.Pattern[str] | None, Callable[[str], Edits]], ...] = (
    (_NEEDS_NFC, _compose),
    (_ZERO_WIDTH, _drop_zero_width),
    (_WIDE_ALPHANUMERIC, _halve),
    (_SPACES, _space),
    (None, _widen),
)
