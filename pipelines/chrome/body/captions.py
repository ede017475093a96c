"""Decide whether a line is the caption of the picture above it, and split captions from credits."""

import re

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.verse import is_centred

LONGEST_CAPTION = 220
"""Maximum number of characters of a caption."""
LONGEST_IN_PARAGRAPH = 60
"""Maximum number of characters of a line that is a caption because it is in its picture's paragraph."""

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Inside of a character class: Han characters."""
_NAME = rf"(?:[{_HAN}·]{{2,12}}|[{_HAN}][ \u3000\u00a0]{{1,3}}[{_HAN}])"
"""A person's name; a name of two characters may have spaces between them."""
_NAMES = rf"{_NAME}(?:、{_NAME}){{0,4}}"
"""One to five names with `、` between them."""
_SPACED_NAMES = rf"[{_HAN}·]{{1,12}}(?:[、 \u3000\u00a0]+[{_HAN}·]{{1,6}}){{0,4}}"
"""One to five names with `、` or spaces between them, as they are printed after a title such as 记者."""
_LIBRARY = r"(?:新华社|新华网|中新社|人民网|科普中国|视觉中国|人民视觉|人民图片|影像中国|东方IC|CFP)"
"""Agencies and picture libraries whose name alone is a credit."""
_AGENCY = (
    rf"(?:{_LIBRARY}|人民日报|本报|本刊|央视|"
    rf"[{_HAN}]{{2,8}}(?:社|网|报|台|馆|中心|研究所|大学|公司|局|图库))"
)
"""Agencies, newspapers and institutions, which are a credit only with a verb or a name."""
_NOTE = r"(?:\s*[（(][^（）()]{1,24}[）)])?"
"""An optional note in brackets after a credit, such as `（人民视觉）`."""

_CREDIT_VERB = r"[/／]?(?:摄影报道|摄影|摄制|摄|绘制|绘|制图|供图)"
"""What the person did: took or drew the picture."""
_BLANKS = r"[ \u3000\u00a0]*"
"""Any number of spaces."""

CREDITS = (
    rf"(?:{_AGENCY})?\s*(?:特约)?(?:记者|通讯员|作者)[ \u3000\u00a0/：:]*{_SPACED_NAMES}{_BLANKS}{_CREDIT_VERB}{_NOTE}",
    rf"(?:{_AGENCY}[ \u3000\u00a0/]*)?{_NAMES}{_BLANKS}{_CREDIT_VERB}{_NOTE}",
    rf"{_AGENCY}\s*(?:发|供图|提供|图片|资料图片?){_NOTE}",
    rf"{_LIBRARY}{_NOTE}",
    r"[（(](?:[^（）()]{1,24}(?:摄|绘|供图|制图|提供|发|来源|图片)|图片?来源[：:][^（）()]{1,30})[）)]",
    r"[（(](?:资料(?:图片?|照片)|人民视觉|视觉中国)[）)]",
    r"(?:图片|图源|图|照片|制图|摄影|供图|来源|图片来源|资料来源)[：:/][^。！？]{1,30}",
    r"(?:图片|照片|图|本文图片)?(?:均)?由[^。！？，]{2,30}提供",
    r"资料(?:图片?|照片)",
)
"""Regular expressions of the credits printed on this site, such as `新华社记者 张三 摄`, `…摄（人民视觉）` and
`新华社发（张三 摄）`.
"""

_CREDIT = re.compile(rf"(?:^|(?<=[。！？!?；;”’」）)\s\u3000\u00a0])|(?=[（(]))(?:{'|'.join(CREDITS)})。?$")
"""Matches a credit at the end of a line: the whole line, or after a punctuation mark or a space, or in brackets."""
_CAPTION_START = re.compile(
    r"(?:上|下|左|右|题|组|首|大|小|本)?(?:图|照片|图片)(?:[①-⑳\d一二三四五六七八九十]{1,3})?(?:[（(][^（）()]{1,10}[）)])?"
    r"(?:为|是|中|示|：|:|[ \u3000])|图\d|[▲△▼▽↑↓]"
)
"""Matches the first words of a caption, such as `上图为`, `图1` and `▲`."""


def split_caption(text: str) -> tuple[str | None, str | None]:
    """Split the line below a picture into caption and credit line; None for a part that it lacks.

    Both are as printed, without the spaces between them.
    """
    match = _CREDIT.search(text)
    if not match:
        return text or None, None
    caption = text[: match.start()].rstrip(" \u3000\u00a0")
    return caption or None, match[0].strip(" \u3000\u00a0")


def is_credit(text: str) -> bool:
    """Return whether a line consists only of a picture's credit; also True for an empty line."""
    return len(text) <= LONGEST_CAPTION and split_caption(text)[0] is None


def is_caption(lines: list[BodyLine], at: int) -> bool:
    """Return whether `lines[at]`, directly below the picture `lines[at - 1]`, is its caption; `at` must be at least 1.

    It is if the page marks it as one, or if it is text of at most LONGEST_CAPTION characters, neither a heading nor a
    quotation, and its wording is that of a caption or ends with a credit. In a gallery these are all rules. Elsewhere,
    a line that is not bold is also a caption if it is short and in the paragraph of the picture (unless the picture is
    outside any paragraph), or if it is centred. Three short centred lines in a row are verse and no caption.
    """
    line, picture = lines[at], lines[at - 1]
    if line.is_caption:
        return True
    if line.kind != "text" or line.level or line.quote or len(line.text) > LONGEST_CAPTION:
        return False
    if _CAPTION_START.match(line.text) or split_caption(line.text)[1]:
        return True
    if line.in_gallery:
        return False
    if line.bold or line.align != "center":
        return (
            line.paragraph == picture.paragraph
            and not picture.bare
            and len(line.text) <= LONGEST_IN_PARAGRAPH
            and not line.bold
        )
    return not all(is_centred(other) for other in lines[at : at + 3]) or len(lines) < at + 3
