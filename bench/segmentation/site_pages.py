"""Make dumps like those of the site's pages from known texts: GB2312, w3m with 80 columns, THULAC, no spaces at Han.

    python -m bench.segmentation.site_pages FILE.jsonl … > news.jsonl

Only paragraphs from which spaces next to Han can be removed are used: those of news and encyclopedias. It needs w3m and
the extra `thulac`.
"""

import contextlib
import html
import importlib
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from bench.segmentation.w3m_widths import page_of, shown
from pipelines.segmentation.dumps.w3m import Ambiguous, displayed

SOURCES = ("cmrc2018", "ud-gsdsimp", "wmt22-references", "wmt23-references", "wmt22-sources")
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) (?=[\x00-\x7f])|(?<=[\x00-\x7f]) (?=[^\x00-\x7f])")


def in_gb2312(text: str) -> bool:
    """Return whether a server can send a text in GB2312 without character references."""
    codes = [char.encode("gb18030") for char in text if char > "\x7f"]
    return all(len(code) == 2 and 0xA1 <= code[0] <= 0xF7 and code[1] >= 0xA1 for code in codes)


def site_dump(name: str, texts: list[str]) -> tuple[str, list[str]]:
    """Return the dump of a page with these paragraphs, and the paragraphs as w3m shows them."""
    texts = [_BESIDE_HAN.sub("", text.replace("\u3000", " ").strip()) for text in texts]
    charset = "gb2312" if all(map(in_gb2312, texts)) else "utf-8"
    # Half of the pages indent their paragraphs with two full-width spaces, the others by a style sheet.
    indent = "\u3000\u3000" * (zlib.crc32(f"{name} indent".encode()) % 2)
    body = "".join(f"<p>{indent}{html.escape(text)}</p>\n" for text in texts)
    dump = shown(page_of(body.encode("gb18030" if charset == "gb2312" else charset), charset), charset)
    lines = [thulac_cut()(line) if line.strip() else "" for line in dump.split("\n")]
    width = Ambiguous.WIDE if charset == "gb2312" else Ambiguous.NARROW
    return "\n".join(lines), [displayed(text, ambiguous=width) for text in texts]


@cache
def thulac_cut() -> Callable[[str], str]:
    """Return THULAC as a function from a line to its tokens, separated by spaces."""
    with contextlib.redirect_stdout(io.StringIO()):
        cut = importlib.import_module("thulac").thulac(seg_only=True).cut
    return lambda line: str(cut(line, text=True))


def main(paths: Iterable[str]) -> None:
    """Print a record for each document."""
    documents: dict[str, list[str]] = {}
    for path in paths:
        for row in Path(path).read_text(encoding="utf-8").splitlines():
            record = json.loads(row)
            if record["source"] in SOURCES:
                documents.setdefault(record["id"], [each["text"] for each in record["paras"]])
    for name, texts in documents.items():
        dump, originals = site_dump(name, texts)
        paras = [{"text": text} for text in originals]
        print(json.dumps({"id": name, "house": True, "dump": dump, "paras": paras}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
