"""Decode a page: determine its charset, and replace bytes that are invalid in it.

The charset is the first one given by: a byte order mark; the HTTP header; the page's meta tag; otherwise UTF-8 if the
bytes are valid UTF-8; otherwise GB18030. There are two exceptions, in which the bytes prove a declaration wrong:

- Header and meta tag disagree, and the bytes are valid only in the charset of the meta tag. Then that one is used: the
  header was a default of the server.
- There is a meta tag but no header, and the bytes are valid UTF-8 but not valid GB18030. Then UTF-8 is used: programs
  that save a page as UTF-8 leave its meta tag unchanged (a page saved in 2024 declares GB2312).
"""

import codecs
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
"""U+FFFD, by which a decoder replaces invalid bytes."""

OF_2022 = str.maketrans(
    {
        **dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True)),
        **dict(zip(range(0xE81E, 0xE81F), "龴", strict=True)),
        0xE826: "龵",
        0xE82B: "龶",
        0xE82C: "龷",
        0xE832: "龸",
        0xE843: "龹",
        0xE854: "龺",
        0xE864: "龻",
        0xE7C7: "ḿ",
    }
)
"""Map private-use code points of GB18030-2000 to the code points of the same characters in GB18030-2022.

Sources: table 3 of WHATWG's encoding issue 27, and the annex of GB18030-2022. Python's codec is the one of 2000 (for
ḿ, of 2005).
"""

PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
"""Matches a private-use character."""

GB18030_LABELS = {
    "gb2312", "gb_2312", "gb_2312-80", "gb2312-80", "gb-2312", "gbk", "x-gbk", "gb18030", "gb18030-2000",
    "cp936", "ms936", "windows-936", "936", "euc-cn", "x-euc-cn", "hz-gb-2312", "chinese", "csgb2312",
    "csiso58gb231280", "iso-ir-58",
}  # fmt: skip
"""Labels of the GB family, all decoded as GB18030: pages that declare GB2312 contain 喆 and 峣, which it lacks."""

UTF8_LABELS = {"utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "x-unicode20utf8"}
"""Labels of UTF-8."""

LATIN_LABELS = {
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "latin-1",
    "l1",
    "windows-1252",
    "cp1252",
    "ascii",
    "us-ascii",
}
"""Labels that are defaults of servers and editors. They are ignored, because they cannot encode Chinese."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, each with the codec that it stands for."""

PRESCAN = 4096
"""Number of bytes searched for a meta tag. HTML prescribes 1,024, but old pages have long scripts before it."""

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, and how it was decoded."""

    text: str
    """The text, with U+FFFD for invalid bytes."""
    declared: str | None
    """The declared label in lower case; None if there is no declaration."""
    used: str
    """The codec: utf-8, gb18030, big5hkscs, utf-16-le or utf-16-be."""
    replacements: int
    """Number of U+FFFD that replace invalid bytes, without those in the page itself."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of a page, given its bytes and its Content-Type header, if any.

    Invalid bytes become U+FFFD. It raises no error, whatever the bytes are.
    """
    header, meta = header_charset(content_type), meta_charset(body)
    declared = header or meta
    for mark, codec in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], declared, codec)
    from_header, from_meta = codec_of(header), codec_of(meta)
    for label, codec_declared in ((header, from_header), (meta, from_meta)):
        whole = _strictly(body, codec_declared) if codec_declared else None
        if whole is not None and codec_declared:
            return Decoded(whole, label, codec_declared, 0)
    if from_header:
        return _decoded(body, header, from_header)
    if from_meta:
        saved = _strictly(body, "utf-8") if from_meta == "gb18030" else None
        return _decoded(body, meta, from_meta) if saved is None else Decoded(saved, meta, "utf-8", 0)
    whole = _strictly(body, "utf-8")
    return _decoded(body, declared, "gb18030") if whole is None else Decoded(whole, declared, "utf-8", 0)


def header_charset(content_type: str | None) -> str | None:
    """Return the charset label in a Content-Type header, in lower case, or None."""
    match = _HEADER.search(content_type or "")
    return match[1].lower() if match else None


def meta_charset(body: bytes) -> str | None:
    """Return the first charset label in a meta tag within `PRESCAN` bytes, in lower case, or None."""
    head = _COMMENT.sub(b"", body[:PRESCAN])
    match = _META.search(head)
    return match[1].decode("ascii").lower() if match else None


def codec_of(label: str | None) -> str | None:
    """Return Python's codec for a charset label, or None for one that pages of the site cannot have."""
    if label is None or label in LATIN_LABELS:
        return None
    if label in GB18030_LABELS:
        return "gb18030"
    if label in UTF8_LABELS:
        return "utf-8"
    return "big5hkscs" if label in {"big5", "big5-hkscs", "x-x-big5", "cn-big5"} else None


def _decoded(body: bytes, declared: str | None, codec: str) -> Decoded:
    whole = _strictly(body, codec)
    if whole is not None:
        return Decoded(whole, declared, codec, 0)
    text = body.decode(codec, errors=_EURO if codec == "gb18030" else "replace")
    own = 0 if codec == "big5hkscs" else body.count(REPLACEMENT.encode(codec))
    replaced = text.count(REPLACEMENT) - own
    text = _of_2022(text) if codec == "gb18030" else text
    return Decoded(text, declared, codec, max(replaced, int(codec != "gb18030" or b"\x80" not in body)))


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    return _of_2022(text) if codec == "gb18030" else text


def _of_2022(text: str) -> str:
    """Return a text with the code points of GB18030-2022 (all replaced ones begin with the byte EE in UTF-8)."""
    return text.translate(OF_2022) if b"\xee" in text.encode("utf-8", "surrogatepass") else text


_EURO = "kepu-euro"
"""Name under which the error handler `_euro` is registered."""


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Replace an invalid byte: 0x80 by €, as in Windows code page 936, and any other by U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    if error.object[error.start] == 0x80:
        return "€", error.start + 1
    return REPLACEMENT, error.end


codecs.register_error(_EURO, _euro)
