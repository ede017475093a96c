"""Find places in the text of a dump where a letter outside GB2312 is missing, halved, or has damaged what follows it.

Pages that say GB2312 have letters of GBK. w3m 0.5.3 decodes them strictly (tried with the 14,229 letters of Unicode's
first Han block that GB2312 lacks): the lead byte becomes a blank, and the trail byte another blank, or the ASCII
character that it is (`李  说`, `李 h说`). A trail byte from A1 on is taken for a lead byte instead, so that all letters
up to the next ASCII character are other ones (`教授赵 此担??倚颈` for 教授赵喆说，岩芯). lynx prints a trail byte of
80 to 9F as a control character. Nothing is repaired.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.segmentation.dumps.dump_lines import FRAMES, lines_of
from pipelines.segmentation.dumps.names.surnames import ALL_SURNAMES, SURNAMES
from pipelines.segmentation.dumps.readings.charset_evidence import wide_by_evidence
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock

_HAN = "[\u4e00-\u9fff]"
_MARKS = "，。、；：！？）》”’…"
_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
"""A control character that no page has; U+0085 also ends lines."""
_HALF = re.compile(rf"({_HAN}) ([@-Z\\\]^_`a-{{|}}~])(?=(\n?{_HAN})|[{_MARKS}（“]| *[│┃]|$)")
"""One ASCII character that a blank parts from Han, and nothing from what follows it."""
_BLANK = re.compile(rf"(?<=({_HAN}))  (?=({_HAN}|[{_MARKS}]))")
"""Two blanks behind Han."""
_BLANK_SURNAME = re.compile(f"(?<=[、（])  (?={_HAN}{{1,2}}[、，）和])")
"""Two blanks instead of a surname."""
_BLANK_END = re.compile(f"(?<!{_HAN})({_HAN})  $")
_OTHER_BLANK = re.compile(rf"(?<=[^\s{_MARKS}])  (?=[^\s])|(?<=[{_MARKS}])  (?=\S)")
_RUN = re.compile(r"(?<=[\u4e00-\u9fff]) ((?:[^\x00-\x7f\u3000]|\n|\?\?){1,40})")
"""What follows a single blank behind Han, up to the next ASCII character."""
_YEAR = re.compile("[一二三四五六七八九〇零] {2}(?=[一二三四五六七八九〇零年 ])")
"""A year with 〇, which GB2312 lacks; dump_article restores it."""
_HABITS = tuple(
    (re.compile(f"{_HAN} [{kind}]{{2}}|[{kind}%] {_HAN}"), re.compile(f"{_HAN}[{kind}]|[{kind}%]{_HAN}"))
    for kind in ("A-Za-z", "0-9")
)
"""A space, and none, between Han and Latin letters or else digits."""
_BEFORE_LETTER = frozenset("素图表件型级类组班区座栋款案卡点的和与或为")
"""Words after which a single letter is common: 维生素 C, 图 A."""
_ROLE_BEFORE = re.compile("(?:记者|通讯员|作者|编辑|责编|摄影|图片|实习生|[电讯日月])$")
_ROLE_AFTER = re.compile(f"{_HAN}{{0,6}}(?:记者|通讯员|摄|文|图|制图|供图|作者|编辑|编译)")
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年说，。、；：“”（）"
)
_SYMBOLS = re.compile(
    "[\u00a8-\u00b6\u00b8-\u03ff\u0400-\u04ff\u2160-\u217f\u2200-\u25ff\u2605-\u2642\u3040-\u30fa\u3105-\u312f\uff21-\uff5a?]"
)
FEWEST_TYPED = 3
"""The fewest other places with two blanks, or letters before such places, that show that the page is typed so."""


@dataclass(frozen=True, slots=True)
class _Typing:
    """What the page's own typing explains."""

    spaced: bool
    """Whether spaces are typed between Han and Latin letters."""
    padded: bool
    """Whether two blanks between Han are typed, or the page cannot have been decoded as GB2312."""


def mark_lost_letters(blocks: Sequence[DumpBlock], dump: str) -> None:
    """Set `lacks_letter` of the blocks in which a letter seems to be missing, and take their certificates away.

    `dump` is the text without a segmenter that the blocks were made from.
    """
    lines = lines_of(dump)
    texts = [_as_printed(block, lines) for block in blocks]
    typing = _typing_of(texts, dump)
    for block, text in zip(blocks, texts, strict=True):
        if block.role != "image" and lacks_letter(text, typing):
            block.lacks_letter, block.certificate, block.undecided = True, "unresolved", []


def mark_garbled(blocks: Iterable[DumpBlock]) -> None:
    """Do the same in a segmented dump, whose blanks tell nothing, where signs that no text has stand among Han.

    A single ASCII letter and a bar are not such signs, since nothing parts them from `变量 x` and `导语 | 正文`.
    """
    for block in blocks:
        if block.role == "image" or block.text[:1] in FRAMES:
            continue
        if any(map(_is_garbled, _HAN_AND_SIGNS.findall(block.text))) or _has_stray_sign(block.text):
            block.lacks_letter, block.certificate, block.undecided = True, "unresolved", []


_STRAY = re.compile(r"(?<=[\u4e00-\u9fff]) ?([@\[\]\\^_`{}\u2504-\u257f]) ?(?=[\u4e00-\u9fff])")
"""Half of a letter, or a piece of a frame that is neither of the common straight lines, between Han."""
_MENTION = re.compile(
    "(?:网友|微博|用户|博主|账号|官微|公众号|作者|来源|转自|来自|[据由自与和在对向让请被])$"
)
"""Words before the @ of somebody who is mentioned."""
_PAIRED = ("[]", "{}")


def _has_stray_sign(text: str) -> bool:
    """Return whether a sentence has one sign between Han that is neither a bracket of a pair nor a mention."""
    if "。" not in text and "，" not in text:
        return False
    return any(_is_stray(match) for match in _STRAY.finditer(text))


def _is_stray(match: re.Match[str]) -> bool:
    sign, text = match[1], match.string
    if sign == "@":
        return not _MENTION.search(text, 0, match.start())
    return not any(sign in pair and all(each in text for each in pair) for pair in _PAIRED)


_HAN_AND_SIGNS = re.compile(r"(?<=[\u4e00-\u9fff])(?:[\u00a8-\u9fff]| ?\? ?\?){2,24}")
_SCRIPTS = tuple(
    map(
        re.compile,
        (
            "[\u2500-\u257f]",
            "[\u3041-\u30fa]",
            "[\u3105-\u312f]",
            "[\u0391-\u03c9]",
            "[\u0401-\u0451]",
            r"\?",
        ),
    )
)
"""Lines of frames, kana, phonetic letters, Greek, Cyrillic, and the mark of bytes that are no letter."""


def _is_garbled(run: str) -> bool:
    found = [script.search(run) is not None for script in _SCRIPTS]
    return sum(found) > 1 and (found[0] or found[-1])


def _as_printed(block: DumpBlock, lines: Sequence[str]) -> str:
    """Return a block with all its blanks; a line end without a blank beside it is kept as a line end."""
    if not block.text or not block.runs or not block.text.strip():
        return ""
    first, last = block.position(0)[0] - 1, block.position(len(block.text) - 1)[0] - 1
    if not 0 <= first <= last < len(lines):
        return block.text
    done = lines[first].lstrip(" ")
    for line in lines[first + 1 : last + 1]:
        # Further lines of list items have an indent of three columns or more.
        indent = len(line) - len(line.lstrip(" "))
        own = line if indent <= 2 else line.lstrip(" ")
        done += own if done.endswith(" ") or own.startswith(" ") else f"\n{own}"
    return done


def _typing_of(texts: Iterable[str], dump: str) -> _Typing:
    """Return what the sentences of the page show of its typing."""
    prose = [text for text in texts if "。" in text]
    before: set[str] = set()
    other = 0
    for text in prose:
        if "  " in text and "   " not in text:
            blanks = {match.start() for match in _BLANK.finditer(text)}
            before |= {text[at - 1] for at in blanks}
            other += sum(match.start() not in blanks for match in _OTHER_BLANK.finditer(text))
    typed = other >= FEWEST_TYPED or (
        len(before) >= FEWEST_TYPED and 2 * sum(each in ALL_SURNAMES for each in before) <= len(before)
    )
    return _Typing(_is_spaced("\n".join(prose)), typed or wide_by_evidence(dump) < 0)


def _is_spaced(text: str) -> bool:
    """Return whether the text has more spaces beside Latin letters, or else beside digits, than places without."""
    for with_space, without in _HABITS:
        spaced, tight = len(with_space.findall(text)), len(without.findall(text))
        if spaced + tight:
            return spaced > tight
    return False


def lacks_letter(text: str, typing: _Typing) -> bool:
    """Return whether a letter of the text, with all its blanks, seems to be missing, halved or damaged."""
    if _CONTROL.search(text):
        return True
    if " " not in text:
        return False
    last = _BLANK_END.search(text)
    if last and last[1] in SURNAMES and not typing.padded:
        return True
    text = text.rstrip(" ")
    if any(_is_half(match, typing) for match in _HALF.finditer(text)):
        return True
    if _is_row(text):
        return False
    if any(_is_damaged(match[1].replace("\n", "")) for match in _RUN.finditer(text)):
        return True
    text = _YEAR.sub("〇", text)
    return any(_is_blank(match, typing) for match in _BLANK.finditer(text)) or (
        not typing.padded and _BLANK_SURNAME.search(text) is not None
    )


def _is_row(text: str) -> bool:
    """Return whether a text without sentences has columns, as a row of a table or a line of tools."""
    runs = re.findall(r"(?<=\S) {2,}(?=\S)", text)
    return not any(mark in text for mark in "，。") and (len(runs) > 1 or "   " in text)


def _is_half(match: re.Match[str], typing: _Typing) -> bool:
    """Return whether the letter behind a blank is half of a character, and not a letter that was typed."""
    before, letter, after = match[1], match[2], match[3]
    is_tight = after is not None and after[0] != "\n"
    if letter == "]" and "[" in match.string:
        return False
    if letter in "@|_":
        # Mentions, bars of menus and blanks of forms.
        in_prose = "。" in match.string and (letter != "@" or not is_tight)
        return in_prose or (is_tight and before in ALL_SURNAMES)
    if is_tight or not letter.isalpha():
        return True
    if typing.spaced:
        # At a line end, the space behind the letter may have been removed.
        return before in (ALL_SURNAMES if letter.islower() else SURNAMES)
    return letter.islower() or before not in _BEFORE_LETTER


def _is_blank(match: re.Match[str], typing: _Typing) -> bool:
    """Return whether two blanks behind Han are a letter, and not spaces that were typed."""
    text, after = match.string, match[2]
    if after in _MARKS:
        return True
    if typing.padded or _ROLE_BEFORE.search(text, 0, match.start()) or _ROLE_AFTER.match(text, match.end()):
        return False
    return any(mark in text for mark in "，。") or match[1] in ALL_SURNAMES


def _is_damaged(run: str) -> bool:
    """Return whether the letters make better sense if their bytes are paired one byte later."""
    odd = sum(map(_is_odd, run))
    if not odd or len(run) == 1:
        return False
    apart = _realigned(run)
    gained = sum(char in _COMMON for char in apart) - sum(char in _COMMON for char in run)
    if gained >= 1:
        return True
    return bool(_SYMBOLS.search(run[:8])) and 2 * odd >= len(run[:8])


def _is_odd(char: str) -> bool:
    """Return whether a character is a rare letter (of GB2312's second level) or a symbol that is rare beside Han."""
    if _SYMBOLS.match(char):
        return True
    try:
        return char.encode("gb2312")[0] >= SECOND_LEVEL
    except UnicodeEncodeError:
        return False


SECOND_LEVEL = 0xD8
"""The first lead byte of the rarer Han characters of GB2312."""


def _realigned(run: str) -> str:
    """Return the letters whose bytes were paired wrongly from the first one on."""
    pieces = [
        piece.encode("gb2312", errors="ignore")[1 if n == 0 else 0 :]
        for n, piece in enumerate(run.split("??"))
    ]
    return "".join(piece.decode("gb2312", errors="ignore") for piece in pieces)
