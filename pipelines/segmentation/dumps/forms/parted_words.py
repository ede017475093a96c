"""Read words that a slash or a bar parts: `雪地/里/为什么`, `雪地 / 里`, `雪地|里`.

Where the text itself has slashes, `km/h` or a URL may be one word. A slash that is a word of its own stands between two
of the marks that part words, so that three of them are one of the text.
"""

import re

HAN = re.compile("[\u3400-\u9fff]")
FEWEST = 12
"""The fewest marks."""
MOST = 0.85
"""The least share of lines that have the mark."""
LONGEST_WORD = 6
"""The most letters of a usual word."""
LEAST_HAN, MOST_HAN = 0.3, 0.5
"""The least shares of words with a Han character; marks of punctuation are words too."""
FEWEST_SPACES = 2
"""The fewest words that are spaces in a text that shows all its spaces."""


def unparted(text: str, mark: str) -> tuple[str, bool] | None:
    """Return the text with spaces between its words, and whether some marks may be the text's own.

    Return None if the mark does not part the words of the text.
    """
    marks = text.count(mark)
    if marks < FEWEST or marks * 5 < len(HAN.findall(text)):
        return None
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    long = [line for line in lines if len(line) > LONGEST_WORD]
    if sum(mark in each for each in long) < MOST * len(long):
        return None
    pieces = [piece for line in lines for piece in line.split(mark) if piece.strip()]
    if not _have_words(pieces):
        return None
    if sum(len(HAN.findall(piece)) > LONGEST_WORD for piece in pieces) > (1 - MOST) * len(pieces):
        return None
    between = next(
        each for each in (f" {mark} ", f"{mark} ", mark) if text.count(each) >= MOST * marks or each == mark
    )
    if between == mark:
        return _by_bare_marks(text, mark)
    rows = [line.rstrip("\r").split(between) for line in text.split("\n")]
    return _joined(rows), False


def _have_words(pieces: list[str]) -> bool:
    """Return whether most pieces are words in Chinese, or fewer if marks of punctuation are alone."""
    share = sum(HAN.search(piece) is not None for piece in pieces) / max(1, len(pieces))
    stops = [piece for piece in pieces if re.search("[，。、]", piece)]
    alone = sum(len(piece.strip()) == 1 for piece in stops)
    return share >= MOST_HAN or (share >= LEAST_HAN and alone >= MOST * len(stops))


def _joined(rows: list[list[str]]) -> str:
    """Return the lines of words; without spaces between them if some words are spaces (`RTX/ /4090`)."""
    spaces = sum(word == " " for row in rows for word in row)
    if spaces >= FEWEST_SPACES:
        return "\n".join(map("".join, rows))
    return "\n".join(" ".join(filter(None, (word.strip(" \t") for word in row))) for row in rows)


def _by_bare_marks(text: str, mark: str) -> tuple[str, bool]:
    """Return the text whose words only a mark parts, and whether a mark between two words may be the text's own."""
    bare = re.escape(mark)
    # Segmenters that return spaces as words return slashes as words too.
    parted = text.count(f"{mark} {mark}") >= FEWEST_SPACES or re.search(
        f"[0-9A-Za-z]{bare}{{3}}[0-9A-Za-z]", text
    )
    own = _OWN_SLASH if mark == "/" and not parted else None
    doubtful = own is not None and own.search(text) is not None
    if own is not None:
        text = own.sub(lambda found: found[0].replace(mark, _KEPT), text)
    text = re.sub(f"{bare}+", _words_between, text)
    rows = [[_shown(word, mark) for word in line.rstrip("\r").split(_END)] for line in text.split("\n")]
    return _joined(rows), doubtful


_KEPT, _END = "\x00", "\x01"
"""A mark of the text, and the end of a word."""


def _words_between(run: re.Match[str]) -> str:
    """Return the words that a run of marks contains, with the ends of the words around them.

    Of 2n + 1 marks, n are words. Of 2n, one more is a part of the word behind them, or of a Latin word before them.
    """
    lone, joined = divmod(len(run[0]) - 1, 2)
    words = (_KEPT + _END) * lone
    above, below = run.string[run.start() - 1 : run.start()], run.string[run.end() : run.end() + 1]
    if joined and above.isascii() and above.isalnum() and not below.isascii():
        return _KEPT + _END + words
    return _END + words + _KEPT * joined


def _shown(word: str, mark: str) -> str:
    return word.replace(_KEPT, mark)


_OWN_SLASH = re.compile(
    r"(?:https?|ftp)://[!-~]*[!-.0-~]"
    r"|(?<![!-.0-~])(?:www\.)?(?:[A-Za-z0-9-]+\.)+(?:com|cn|org|net|gov|edu|io)(?:/[!-.0-~]+)+"
    r"|(?<![0-9A-Za-z])[0-9]+(?:/[0-9]+)+(?![0-9A-Za-z])"
    r"|(?<![A-Za-z])(?<![A-Za-z]/)(?:[A-Z]+|[A-Za-z]{1,3})(?:/(?:[A-Z]+|[A-Za-z]{1,3})(?![A-Za-z.]))+(?!/[A-Za-z])"
    r"|(?<![A-Za-z])(?:kWh|[LWgt]|mL|kg)/100(?:km|m|g|mL)(?![A-Za-z])"
)
"""URLs, fractions and dates, and short words (`km/h`, `A/B`, `TCP/IP`), in which a slash is probably the text's own."""
