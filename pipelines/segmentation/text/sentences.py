"""Where sentences end: at stops, behind the quotation marks that close, and not before a reporting tail."""

import re

_SPACE = " \t\r\n\u00a0\u3000"
_STOP = re.compile(
    "(?P<stop>[。！？!?]+(?![A-Za-z0-9=&])|…+(?=[”’」』])|…+$|(?<=[\u4e00-\u9fff”）)a-z%])\\.(?=[\u4e00-\u9fff“「（]|\\s|$))(?P<close>[”’」』）)\\]》】]*)"
)
_REPORT = re.compile(
    "[^，。！？；：“”\n]{0,16}?(?:说|说道|写道|问道|答道|回答说|回答道|表示|认为|指出|介绍|介绍说|告诉|回忆|坦言|强调|称|解释|解释说|补充|感叹|笑着说|总结"
    "|呼吁|提醒)(?:道|说)?[^，：“”\n]{0,8}?[。，！？；]"
)
_BRACKETS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "【": "】",
    "[": "]",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
}
_QUOTES = frozenset("“‘「『")
_BEFORE_SPEECH = frozenset("：:，,。！？!?；;…—”" + _SPACE)
LONGEST_BRACKET = 400
"""A bracket that is not closed within so many letters is taken to be a slip."""
_ABBREVIATION = re.compile("(?:\\b[A-Z]|\\b(?:Dr|Mr|Mrs|Ms|St|No|vs|etc|al|sp|Fig|Inc|Jr|Prof))$")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) offsets, in order, without the white space between them.

    Every letter is in one sentence. A stop ends one, with the quotation marks and brackets that close behind it; but
    not inside brackets or titles, nor inside quoted words that stand within a sentence (`输入“好！”后`), nor where a
    reporting tail follows (`……。”张欣说。`). A line end always does.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        found += [(at + start, at + end) for start, end in _of_line(line)]
        at += len(line)
    return found


def _of_line(line: str) -> list[tuple[int, int]]:
    inside = _inside(line)
    ends = [stop.end() for stop in _STOP.finditer(line) if _ends(line, stop, inside)]
    found: list[tuple[int, int]] = []
    start = 0
    for end in [*ends, len(line)]:
        piece = line[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            found.append((start + lead, start + len(piece.rstrip())))
        start = end
    return found


def _ends(line: str, stop: re.Match[str], inside: dict[int, int]) -> bool:
    last = stop.end() - 1
    if _within(last, inside, line) or (
        stop["close"] and last in inside.values() and _is_embedded(last, inside, line)
    ):
        return False
    if stop["stop"] == "." and _ABBREVIATION.search(line[: stop.start()]):
        return False
    quoted = any(mark in "”’」』" for mark in stop["close"])
    return not (quoted and _REPORT.match(line, stop.end()))


def _within(at: int, inside: dict[int, int], line: str) -> bool:
    """Whether an offset lies within brackets, or within quoted words that are part of a sentence."""
    for opened, closed in inside.items():
        if opened < at < closed and (line[opened] not in _QUOTES or not _opens_speech(line, opened)):
            return True
    return False


def _is_embedded(closing: int, inside: dict[int, int], line: str) -> bool:
    """Whether the bracket or quote that closes here belongs to a sentence that goes on behind it."""
    opened = next(start for start, end in inside.items() if end == closing)
    if line[opened] in _QUOTES:
        return not _opens_speech(line, opened)
    goes_on = line[closing + 1 : closing + 2].strip() != ""
    stands_alone = line[opened] in "（(" and (opened == 0 or line[opened - 1] in "。！？")
    return goes_on and not stands_alone


def _opens_speech(line: str, quote: int) -> bool:
    """Whether a quotation mark opens speech: at the start of a sentence, or behind a colon or a comma."""
    return quote == 0 or line[quote - 1] in _BEFORE_SPEECH


def _inside(line: str) -> dict[int, int]:
    """For each bracket and quotation mark that opens in the line, the offset at which it closes."""
    found: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    for at, char in enumerate(line):
        if char in _BRACKETS:
            opened.append((at, _BRACKETS[char]))
        else:
            match = next((i for i in range(len(opened) - 1, -1, -1) if opened[i][1] == char), None)
            if match is not None:
                if at - opened[match][0] <= LONGEST_BRACKET:
                    found[opened[match][0]] = at
                del opened[match:]
    return dict(sorted(found.items()))
