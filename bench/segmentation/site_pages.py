"""Make dumps like those of the site's pages from known texts: GB2312, w3m with 80 columns, THULAC, no spaces at Han.

    python -m bench.segmentation.site_pages FILE.jsonl … > news.jsonl
    python -m bench.segmentation.site_pages --typists FILE.jsonl … > typists.jsonl

With `--typists`, two short pages are made of each text: by typists who put spaces beside Han everywhere, nowhere,
beside letters or digits only, or not always; for terminals of ten widths; one of five without a segmenter.

Only paragraphs from which spaces next to Han can be removed are used: those of news and encyclopedias. It needs w3m and
the extra `thulac`.
"""

import contextlib
import html
import importlib
import io
import json
import random
import re
import sys
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from bench.segmentation.character_widths import page_of, shown
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


TYPISTS = {
    "tight": "",
    "all": "letter digit date",
    "no date": "letter digit",
    "letters": "letter",
    "digits": "digit",
    "uneven": "letter digit date",
}
"""The kinds of places beside Han where each typist puts a space; the uneven one leaves out SLIPS of them."""
SLIPS = 0.15
COLUMNS = (60, 66, 72, 76, 80, 80, 84, 90, 100, 120)
_PLACE = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")
_DATED = re.compile("[0-9]+[年月日]")


def typed(text: str, typist: str, chance: random.Random) -> str:
    """Return a text without spaces beside Han as this typist would type it."""
    pieces, at = [], 0
    for place in _PLACE.finditer(text):
        pieces.append(text[at : place.start()])
        at = place.start()
        slips = typist == "uneven" and chance.random() < SLIPS
        if _kind_at(text, at) in TYPISTS[typist] and not slips:
            pieces.append(" ")
    return "".join([*pieces, text[at:]])


def _kind_at(text: str, at: int) -> str:
    left, right = text[at - 1], text[at]
    if not (left.isdigit() or right.isdigit()):
        return "letter"
    dated = (left.isdigit() and right in "年月日") or _DATED.match(text, at)
    return "date" if dated else "digit"


def page_of_typist(name: str, texts: list[str], typist: str, *, segmented: bool) -> dict[str, object]:
    """Return the record of a page with a few of the texts, for a terminal of some width."""
    chance = random.Random(f"{name} {typist}")
    columns, size = chance.choice(COLUMNS), chance.randint(2, 9)
    at = chance.randrange(max(1, len(texts) - size + 1))
    bare = [_BESIDE_HAN.sub("", text.replace("\u3000", " ").strip()) for text in texts[at : at + size]]
    shown_texts = [typed(text, typist, chance) for text in bare]
    charset = "gb2312" if all(map(in_gb2312, shown_texts)) and chance.random() < 0.7 else "utf-8"
    indent = "\u3000\u3000" * chance.randint(0, 1)
    body = "".join(f"<p>{indent}{html.escape(text)}</p>\n" for text in shown_texts)
    code = "gb18030" if charset == "gb2312" else charset
    dump = shown(page_of(body.encode(code), charset), charset, columns)
    if segmented:
        dump = "\n".join(thulac_cut()(line) if line.strip() else "" for line in dump.split("\n"))
    width = Ambiguous.WIDE if charset == "gb2312" else Ambiguous.NARROW
    paras = [{"text": displayed(text, ambiguous=width)} for text in shown_texts]
    return {"id": name, "house": True, "typist": typist, "dump": dump, "paras": paras}


def main(arguments: Sequence[str]) -> None:
    """Print a record for each document; with `--typists`, two."""
    paths = [name for name in arguments if name != "--typists"]
    several = len(paths) < len(arguments)
    documents: dict[str, list[str]] = {}
    for path in paths:
        for row in Path(path).read_text(encoding="utf-8").splitlines():
            record = json.loads(row)
            if record["source"] in SOURCES:
                documents.setdefault(record["id"], [each["text"] for each in record["paras"]])
    for n, (name, texts) in enumerate(documents.items()):
        if several:
            for typist in (list(TYPISTS)[n % len(TYPISTS)], ("tight", "all")[n % 2]):
                record = page_of_typist(name, texts, typist, segmented=n % 5 < 4)
                print(json.dumps(record, ensure_ascii=False))
            continue
        dump, originals = site_dump(name, texts)
        paras = [{"text": text} for text in originals]
        print(json.dumps({"id": name, "house": True, "dump": dump, "paras": paras}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
