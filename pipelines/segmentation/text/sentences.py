"""Split text into sentences: they end at stops, after closing quotation marks, and after a reporting tail."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from pipelines.segmentation.text.paired_marks import Pairs, is_quote, pairs_of
from pipelines.segmentation.text.reporting_tails import has_tail
from pipelines.segmentation.text.sentence_continuations import (
    end_of_notes,
    goes_on_after_quotation,
    names_source,
)
from pipelines.segmentation.text.token_rules import URL

_SPACE = " \t\r\n\u00a0\u3000"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_CLOSERS = "”’」』）)\\]》】〉〕］﹂﹄〞\"'"

_PROTECTED = re.compile(
    rf"{URL}"
    r"|(?:https?|ftp)://[^\s，。；、！？“”‘’「」（）《》【】\"<>\u4e00-\u9fff]+"  # URLs
    r"|www[.。．][A-Za-z0-9\-._~/?#=&%。．]+[A-Za-z0-9/]"
    r"|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"  # e-mail addresses
    r"|[A-Za-z0-9._/-]{1,99}\?[A-Za-z0-9_]+=[A-Za-z0-9_.%&=+-]*"  # a path with its query
    r"|(?<![0-9])[0-9]{1,9}[。．?][0-9]+(?=[%％‰℃°，。；、）)]|$)"  # a number whose point was mistyped or lost
    r"|(?:[\w\u4e00-\u9fff-]{1,30}\.){1,4}(?:docx?|xlsx?|pptx?|pdf|txt|csv|jpe?g|png|gif|zip)(?![A-Za-z0-9])"  # a file
    r"|(?<=[A-Za-z])!(?=[）)])|!=|\?="
)
"""Matches text in which a stop does not end a sentence."""

_STOP = re.compile(
    f"(?:(?P<stop>[。！？!?｡‼⁇⁈⁉]+|…+(?=[{_CLOSERS}。！？!?])|…+\\s*$"
    f'|(?<=[{_HAN}{_CLOSERS}a-z%％℃])[.．](?=[{_HAN}“‘「『（"]|\\s|$|[{_CLOSERS}])'
    f"|(?<=[A-Z][A-Z])\\.(?=\\s|$)|(?<=[0-9])\\.(?=\\s|$))"
    f"(?P<close>[{_CLOSERS}]*))+"
)
_GOES_ON = re.compile(r"[，、；：,;:]")
_OPENING = "“‘「『（(《【[［〔〈﹁﹃〝"
_BEFORE_SPEECH = frozenset('：:，,。！？!?；;…—”’」』"' + _SPACE)
_INTRODUCES = frozenset("：:")
_ABBREVIATION = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Dr|Mr|Mrs|Ms|St|No|NO|Nos|no|vs|etc|al|sp|spp|var|Fig|Figs|fig|Eq|Inc|Ltd|Co"
    r"|Corp|Jr|Sr|Prof|Ph\.D|Gen|Sen|Rev|Capt|Mt|Ave|cf|ca|approx|vol|Vol|pp|ed|eds|Dept|Univ|Assoc|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec)$"
)
_BEFORE_BANG = re.compile("(?<![A-Za-z0-9 .,'-])(?:[A-Z][A-Za-z]*|[0-9]+|n)$")
_HAN_NEXT = re.compile(f"[{_HAN}]")
_WIDE_STOP = re.compile("[。！？]")
_HALF_STOP = re.compile(f"[{_HAN}][!?.](?:[{_HAN}]|$)")
_NUMBERED = re.compile(r"[\s（(]*[0-9]{1,3}$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of a text as (start, end) offsets, in order, without the white space between them.

    Every character that is not white space is in exactly one sentence. A sentence ends at a line end, and at a stop
    together with the quotation marks and brackets that close directly after it. A stop does not end a sentence inside
    brackets or titles, in a quotation that is part of a sentence (`输入“好！”后`), in a URL, a number or a file name,
    before a reporting tail (`……。”张欣说。`), or before what can only continue a quotation (`？”的疑问`). Emoji and
    marks of notes directly after a stop belong to its sentence.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        found += [(at + start, at + end) for start, end in _of_line(line)]
        at += len(line)
    return found


def _of_line(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in [*_ends(line), len(line)]:
        piece = line[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            yield start + lead, start + len(piece.rstrip())
        start = end


def _ends(line: str) -> Iterator[int]:
    """Yield the offsets at which sentences of a line end, except the end of the line."""
    stops = _stops(line)
    if not stops:
        return
    pairs = pairs_of(line)
    enclosed = _enclosed(line, pairs)
    start = 0
    for stop in stops:
        end = _end_of(line, stop, pairs)
        if _ends_here(line, stop, start, end, pairs, enclosed):
            start = end_of_notes(line, end)
            yield start


def _stops(line: str) -> list[re.Match[str]]:
    """Return the stops that are not part of a URL, a number or a file name."""
    stops = list(_STOP.finditer(line))
    if not any(_may_be_protected(line, stop) for stop in stops):
        return stops
    protected = [found.span() for found in _PROTECTED.finditer(line)]
    kept, i = [], 0
    for stop in stops:
        while i < len(protected) and protected[i][1] <= stop.start():
            i += 1
        # A stop at the end of a protected run, or reaching past it, belongs to the sentence.
        if i == len(protected) or not protected[i][0] <= stop.start() < stop.end() <= protected[i][1]:
            kept.append(stop)
    return kept


def _may_be_protected(line: str, stop: re.Match[str]) -> bool:
    """Return whether a stop is ASCII or between ASCII characters, which is rare in Chinese prose."""
    around = line[stop.start() - 1 : stop.start()] + line[stop.end() : stop.end() + 1]
    return line[stop.start()] in ".．?!" or (around != "" and around.isascii())


def _end_of(line: str, stop: re.Match[str], pairs: Pairs) -> int:
    """Return the offset after a stop and the marks that close directly after it (not opening ASCII quotes)."""
    end = stop.end()
    while end > stop.start() and line[end - 1] in "\"'" and end - 1 not in pairs.opens_at:
        if end - 1 in pairs.closes_at or line[end - 1] == "'":
            end -= 1
        else:
            break
    beyond = end_of_notes(line, end)
    if beyond > end and line[beyond : beyond + 1] in (*_CLOSERS,):  # “好！🎉”
        end = beyond
        while end in pairs.opens_at:
            end += 1
    return end


def _ends_here(
    line: str, stop: re.Match[str], start: int, end: int, pairs: Pairs, enclosed: list[tuple[int, int]]
) -> bool:
    first, last = stop.start(), end - 1
    if _is_within(enclosed, last) or _GOES_ON.match(line, end) or names_source(line, end):
        return False
    if line[first] == "!" and _is_in_name(line, first):
        return False
    if line[first] in ".．" and not _is_full_stop(line, start, first):
        return False
    opened = pairs.opens_at.get(last)
    if opened is None:
        return True
    if _is_embedded(line, opened, last):
        return False
    if not is_quote(line[opened]):
        return True
    introduced = opened > 0 and line[opened - 1] in _INTRODUCES
    if goes_on_after_quotation(line, end, introduced=introduced):
        return False
    return introduced or not has_tail(line, end)


def _is_in_name(line: str, at: int) -> bool:
    """Return whether a half-width exclamation mark is part of a name (Yahoo!) or a factorial (5!).

    It is one directly between a single Latin word or number and a Han character, in a line whose other stops are
    full-width: who types those does not end a sentence with a half-width mark.
    """
    if not _BEFORE_BANG.search(line, max(0, at - 24), at) or not _HAN_NEXT.match(line, at + 1):
        return False
    return _has_wide_stops_only(line)


@lru_cache(maxsize=4)
def _has_wide_stops_only(line: str) -> bool:
    return bool(_WIDE_STOP.search(line)) and not _HALF_STOP.search(line)


def _is_within(enclosed: list[tuple[int, int]], at: int) -> bool:
    """Return whether an offset is inside one of the pairs, which are sorted and disjoint."""
    i = bisect_left(enclosed, (at,)) - 1
    return i >= 0 and enclosed[i][0] < at < enclosed[i][1]


def _is_full_stop(line: str, start: int, at: int) -> bool:
    """Return whether a half-width point is a full stop, not part of an abbreviation, initial or list number."""
    before = line[max(start, at - 16) : at]
    return not (_ABBREVIATION.search(before) or (_NUMBERED.match(line[start:at]) and at - start < 8))


def _enclosed(line: str, pairs: Pairs) -> list[tuple[int, int]]:
    """Return the outermost pairs within which no sentence ends: brackets, and quotations within a sentence."""
    found: list[tuple[int, int]] = []
    for opened, closed in sorted(pairs.closes_at.items()):
        if found and opened < found[-1][1]:
            continue
        if not (is_quote(line[opened]) and _opens_speech(line, opened)):
            found.append((opened, closed))
    return found


def _is_embedded(line: str, opened: int, closed: int) -> bool:
    """Return whether the sentence around a bracket or quotation continues after it."""
    if is_quote(line[opened]):
        return not _opens_speech(line, opened)
    goes_on = line[closed + 1 : closed + 2].strip() != ""
    stands_alone = line[opened] in "（(" and (opened == 0 or line[opened - 1] in "。！？!?")
    return goes_on and not stands_alone


def _opens_speech(line: str, quote: int) -> bool:
    """Return whether a quotation mark opens speech: at the start of a line, or after a colon, a comma or a stop."""
    for before in range(quote - 1, max(-1, quote - 4), -1):
        if line[before] in _BEFORE_SPEECH:
            return True
        if line[before] not in _OPENING:
            return False
    return quote < 4
