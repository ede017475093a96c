"""The input of the gap rules: the habits of a page's typist and of its segmenter, and a gap with its neighbours."""

from dataclasses import dataclass, field

from pipelines.segmentation.dumps.lexicon import Lexicon, builtin

HAN, DATE, ORDINAL, MARK = "汉", "年", "第", "，"
"""What stands in a zone for the wide character beside it: a Han letter, one of 年月日, 第, a full-width mark."""
MICRO, GREEK, DEGREE = "ｕ", "ａ", "ｃ"
"""The same for what is wide on GB2312 pages only: μ, another letter, a unit of one character."""
DEGREES = "℃℉Å"
"""The units of one character for which DEGREE stands."""
STAND_INS = frozenset((HAN, DATE, ORDINAL, MARK, MICRO, GREEK, DEGREE))

NEVER, ALWAYS = -9.0, 9.0
TIGHT, SPACED = -5.0, 4.5
"""The habits of typists, as log-odds: hardly ever a space, nearly always one."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a page's typist and its segmenter did throughout."""

    letters: float = TIGHT
    """The log-odds that the typist put a space between Han and Latin letters (`用 AI 画画`)."""
    digits: float = TIGHT
    """The same between Han and digits (`共 12 家`)."""
    dates: float = TIGHT
    """The same in dates (`2023 年 5 月`)."""
    units: float = -1.2
    """The same between a number and its unit (`12 nm`)."""
    solid: bool = False
    """Whether the segmenter keeps decimals and Latin words whole (jieba, pkuseg and LAC do, THULAC does not)."""
    alnum: bool = False
    """Whether it moreover never cuts between Latin letters and digits (jieba): a gap there is a space."""
    random: bool = False
    """Whether it cuts words at random places."""
    half: bool = False
    """Whether the Chinese is punctuated in half width (`，` typed as `,` with no space after it)."""
    segmented: bool = True
    """Whether there was a segmenter: without one, white space within a line is the author's."""
    lexicon: Lexicon = field(default_factory=builtin)


@dataclass(frozen=True, slots=True)
class House:
    """What is known beforehand of the site that a dump's page is from."""

    spaced: float = 0.0
    """The log of how much likelier than elsewhere a typist puts spaces beside Han; below 0, less likely."""
    wide: float = 0.5
    """The log of how much likelier its pages are GB2312 than UTF-8: in doubt a page is of the site's first 25 years."""
    airy: bool = False
    """Whether blank lines part the paragraphs on all its pages."""


@dataclass(slots=True)
class Gap:
    """One gap inside a zone, with what stands beside it up to the next white space."""

    left: str
    right: str
    before: str
    """What of the zone is before the gap, with the spaces found so far."""
    after: str
    wrapped: bool
    """Whether the gap is a line's end."""
