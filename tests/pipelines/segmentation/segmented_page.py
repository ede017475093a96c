"""The words of an article page, of which tests make the forms that dumps can have."""

import re

WORDS = """\
人民网 >> 科普 中国

雪线 为什么 会 上升

2025年 04月 07日 09:12 | 来源 ： 科学 晨报

雪线 是 一 条 看 不 见 的 线 ， 线 以上 的 雪 终年 不 化 。

卫星 每 十六 天 拍 一 次 ， 阴天 拍 不 到 ， 就 用 雷达 补 上 。

( 责编 ： 安宁 、 许知白 )
"""
LINES = [
    "雪线是一条看不见的线，线以上的雪终年不化。",
    "卫星每十六天拍一次，阴天拍不到，就用雷达补上。",
]


def each(make: str) -> str:
    """Return the page with each word put into `make`, as in `{}/n`."""
    return re.sub(r"\S+", lambda word: make.format(word[0]), WORDS)
