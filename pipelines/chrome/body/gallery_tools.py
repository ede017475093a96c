"""Recognise the tools beside a headline that need no link to be known: of galleries, and counters."""

import re

_SHOWN = (
    "原图|大图|全图|高清(?:大?图(?![片集库]))?|幻灯片?|缩略图|图片|图集|图库|组图|图文|列表|评论|跟帖"
    "|全屏|模式|播放|浏览|留言|[上下]一[图组张页]"
)
_SHOWS = (
    "手机看图|查看|浏览|观看|播放|显示|隐藏|返回|切换|进入|打开|下载|放大|缩小|全屏|自动|开始|停止|暂停|键盘"
    "|翻页|点击"
)
_GALLERY = re.compile(
    rf"(?=.*(?:{_SHOWS}))(?=.*(?:{_SHOWN}))(?:{_SHOWS}|{_SHOWN}|返回|更多|首页|我要发言|[\d/|｜·【】\[\]<>←→-])++"
)
"""Matches a line, without white space, of tools beside a picture: 查看原图 幻灯播放.

The possessive quantifier avoids backtracking, which would try 2^n ways to read a line of n words.
"""
_COUNTER = re.compile(
    r"[（(【\[]?(?:第?\d{1,3}[/／]\d{1,3}[页张]?|(?:图集详情|图片列表)?共\d{1,3}[张幅页组]图?片?)[）)】\]]?"
    r"|(?:(?:浏览|阅读|点击|评论|访问|参与)(?:次数|人数|量|数|率)|人气)[：:]?\d*[次人条]?|支持键盘.{0,8}翻.{0,6}|我要(?:评论|发言|留言)"
)
"""Matches a line, without white space, that counts pictures, readers or comments, or tells the keys for paging."""


LONGEST = 80
"""The most letters of a line of tools."""


def is_gallery_bar(text: str) -> bool:
    """Return whether a line has only tools of a gallery, or counts pictures, readers or comments."""
    line = "".join(text.split())
    if len(line) > LONGEST:
        return False
    return _GALLERY.fullmatch(line) is not None or _COUNTER.fullmatch(line) is not None
