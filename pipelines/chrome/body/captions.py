"""Decide whether a line is the caption of the picture above it, and split captions from credits."""

import re

from pipelines.chrome.body.body_line import BodyLine
from pipelines.chrome.body.verse import is_centred

LONGEST_CAPTION = 220
"""Maximum number of characters of a caption."""
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_NAME = rf"(?:[{_HAN}·]{{2,12}}|[{_HAN}][ \u3000\u00a0]{{1,3}}[{_HAN}])"
_NAMES = rf"{_NAME}(?:、{_NAME}){{0,4}}"
_SPACED_NAMES = rf"[{_HAN}·]{{1,12}}(?:[、 \u3000\u00a0]+[{_HAN}·]{{1,6}}){{0,4}}"
_LIBRARY = r"(?:新华社|新华网|中新社|人民网|科普中国|视觉中国|人民视觉|人民图片|影像中国|东方IC|CFP)"
_AGENCY = (
    rf"(?:{_LIBRARY}|人民日报|本报|本刊|央视|"
    rf"[{_HAN}]{{2,8}}(?:社|网|报|台|馆|中心|研究所|大学|公司|局|图库))"
)
_NOTE = r"(?:\s*[（(][^（）()]{1,24}[）)])?"

_DONE = r"[/／]?(?:摄影报道|摄影|摄制|摄|绘制|绘|制图|供图)"
_BLANKS = r"[ \u3000\u00a0]*"

CREDITS = (
    rf"(?:{_AGENCY})?\s*(?:特约)?(?:记者|通讯员|作者)[ \u3000\u00a0/：:]*{_SPACED_NAMES}{_BLANKS}{_DONE}{_NOTE}",
    rf"(?:{_AGENCY}[ \u3000\u00a0/]*)?{_NAMES}{_BLANKS}{_DONE}{_NOTE}",
    rf"{_AGENCY}\s*(?:发|供图|提供|图片|资料图片?){_NOTE}",
    rf"{_LIBRARY}{_NOTE}",
    r"[（(](?:[^（）()]{1,24}(?:摄|绘|供图|制图|提供|发|来源|图片)|图片?来源[：:][^（）()]{1,30})[）)]",
    r"[（(](?:资料(?:图片?|照片)|人民视觉|视觉中国)[）)]",
    r"(?:图片|图源|图|照片|制图|摄影|供图|来源|图片来源|资料来源)[：:/][^。！？]{1,30}",
    r"(?:图片|照片|图|本文图片)?(?:均)?由[^。！？，]{2,30}提供",
    r"资料(?:图片?|照片)",
)
"""Forms of credits in captions of the site: `新华社记者 张三 摄`, `…摄（人民视觉）`, `新华社发（张三 摄）`."""

_NUMBERED = re.compile(
    r"[一二三四五六七八九十\d]{1,3}[、.．]|第[一二三四五六七八九十\d]|[（(][一二三四五六七八九十\d]"
)

_CREDIT = re.compile(rf"(?:^|(?<=[。！？!?；;”’」）)\s\u3000\u00a0])|(?=[（(]))(?:{'|'.join(CREDITS)})。?$")
_CAPTION_START = re.compile(
    r"(?:上|下|左|右|题|组|首|大|小|本)?(?:图|照片|图片)(?:[①-⑳\d一二三四五六七八九十]{1,3})?(?:[（(][^（）()]{1,10}[）)])?"
    r"(?:为|是|中|示|：|:|[ \u3000])|图\d|[▲△▼▽↑↓]"
)


def split_caption(text: str) -> tuple[str | None, str | None]:
    """Split the line below a picture into caption and credit line, each as printed; None for a part that it lacks."""
    match = _CREDIT.search(text)
    if not match:
        return text or None, None
    caption = text[: match.start()].rstrip(" \u3000\u00a0")
    return caption or None, match[0].strip(" \u3000\u00a0")


def is_credit(text: str) -> bool:
    """Return whether a line consists only of a picture's credit."""
    return len(text) <= LONGEST_CAPTION and split_caption(text)[0] is None


def is_caption(lines: list[BodyLine], at: int) -> bool:
    """Return whether the line at index `at`, directly below a picture, is its caption.

    Captions of the site are plain paragraphs. They are recognised by their wording, or because they are centred and the
    body has no verse.
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
            and len(line.text) <= 60
            and not line.bold
        )
    return not all(is_centred(other) for other in lines[at : at + 3]) or len(lines) < at + 3
