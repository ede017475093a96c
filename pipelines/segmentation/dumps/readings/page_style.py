"""The input of the gap rules: the habits of a page's typist and of its segmenter, and a gap with its neighbours."""

from dataclasses import dataclass, field

from pipelines.segmentation.dumps.lexicon import Lexicon, builtin

HAN, DATE, ORDINAL, MARK = "汉", "年", "第", "，"
"""The stand-ins in a zone for the wide character beside it: a Han character, one of 年月日, 第, a full-width mark."""
MICRO, GREEK, DEGREE = "ｕ", "ａ", "ｃ"
"""Stand-ins for characters that are wide only on GB2312 pages: μ or Ω, another letter, a unit of one character."""
DEGREES = "℃℉Å"
"""The units of one character that DEGREE replaces."""
STAND_INS = frozenset((HAN, DATE, ORDINAL, MARK, MICRO, GREEK, DEGREE))
"""All stand-ins."""

NEVER, ALWAYS = -9.0, 9.0
"""Log-odds of a gap that is certainly not a space, and of one that certainly is."""
TIGHT, SPACED = -5.0, 4.5
"""The habits of typists as log-odds of a space: hardly ever, and nearly always."""


@dataclass(frozen=True, slots=True)
class Style:
    """The habits of a page's typist and of its segmenter, which hold for the whole page."""

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
    """Whether the segmenter never cuts between Latin letters and digits (jieba), so that a gap there is a space."""
    dated: bool = False
    """Whether the segmenter cuts between a number and 年, 月 or 日, so that a gap there tells nothing of the typist."""
    random: bool = False
    """Whether the segmenter cuts words at random places."""
    half: bool = False
    """Whether the Chinese is punctuated in half width (`，` typed as `,` with no space after it)."""
    segmented: bool = True
    """Whether there was a segmenter; without one, white space within a line is the author's."""
    lexicon: Lexicon = field(default_factory=builtin)
    """The words by which gaps between Latin letters and digits are judged."""


@dataclass(frozen=True, slots=True)
class House:
    """What is known in advance about the site of a dump's page."""

    spaced: float = 0.0
    """The log-odds of spaces beside Han relative to other sites; below 0, they are less likely."""
    wide: float = 0.5
    """The log-odds that a page is GB2312 and not UTF-8; the default is for a page of the site's first 25 years."""
    airy: bool = False
    """Whether blank lines separate the paragraphs on all its pages."""


@dataclass(slots=True)
class Gap:
    """A gap inside a zone, with the tokens beside it."""

    left: str
    """The token before the gap, with the tokens that were joined to it."""
    right: str
    """The token after the gap."""
    before: str
    """The part of the zone before the gap, with the spaces found so far."""
    after: str
    """The part of the zone after the gap, its tokens separated by spaces."""
    wrapped: bool
    """Whether the gap is a line end."""
