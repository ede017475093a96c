"""Bytes to text: which charset a page is in, and what to do with the bytes that do not fit it.

The rule, in order: a byte order mark; the HTTP header; the page's own meta; else strict UTF-8; else GB18030.
No byte guess is made where a charset is declared. Where header and meta declare two, and the header's leaves bytes
that do not decode and the meta's none, it is the meta's: both are declared, and one is proved wrong (a server's default
sent with pages written before it). One proof overrules a meta that stands alone: bytes that are no GB18030 at all
and are UTF-8 without one fault. A meta travels inside the page, and tools that save a page as UTF-8 leave it as it was
(the saved page of 2024 declares GB2312); a header was made when the bytes were sent.
"""

import codecs
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"

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
"""Letters that GB18030 of 2000 mapped to private use, with the code points that GB18030-2022 gives them.

Table 3 of the WHATWG's encoding issue 27 and the annex of GB18030-2022; Python's codec is that of 2000 (2005 for ḿ).
"""

PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
"""What has no meaning outside the font that it was made for."""

GB18030_LABELS = {
    "gb2312", "gb_2312", "gb_2312-80", "gb2312-80", "gb-2312", "gbk", "x-gbk", "gb18030", "gb18030-2000",
    "cp936", "ms936", "windows-936", "936", "euc-cn", "x-euc-cn", "hz-gb-2312", "chinese", "csgb2312",
    "csiso58gb231280", "iso-ir-58",
}  # fmt: skip
"""Labels of the GB family, all widened to GB18030: pages that declare GB2312 hold 喆 and 峣, which lie outside it."""

UTF8_LABELS = {"utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "x-unicode20utf8"}

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
"""Defaults of servers and editors. No Chinese can be written in them, so they declare nothing of these pages."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

PRESCAN = 4096
"""How many bytes from the start are searched for a meta: HTML asks for 1,024, old pages have long scripts first."""

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, and how it came to be."""

    text: str
    declared: str | None
    """The label as declared, lower case; None where nothing was declared."""
    used: str
    """utf-8, gb18030, big5hkscs, utf-16-le or utf-16-be."""
    replacements: int
    """How many U+FFFD stand for bytes that did not decode. Those that the page itself wrote are not counted."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Return the text of a page. Never raises: what does not decode becomes U+FFFD and is counted."""
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
    """Return the charset label of a Content-Type header, lower case, or None."""
    match = _HEADER.search(content_type or "")
    return match[1].lower() if match else None


def meta_charset(body: bytes) -> str | None:
    """Return the charset label of the first meta that has one within `PRESCAN` bytes, lower case, or None."""
    head = _COMMENT.sub(b"", body[:PRESCAN])
    match = _META.search(head)
    return match[1].decode("ascii").lower() if match else None


def codec_of(label: str | None) -> str | None:
    """Return the codec for a charset label, or None for a charset that no page of the site can have."""
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
    """Return a text with the code points of GB18030-2022. In UTF-8 all that are replaced begin with the byte EE."""
    return text.translate(OF_2022) if b"\xee" in text.encode("utf-8", "surrogatepass") else text


_EURO = "kepu-euro"
"""Python's name of the rule below."""


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what does not decode: € for 0x80, which it is in Windows' code page 936, U+FFFD for the rest."""
    assert isinstance(error, UnicodeDecodeError)
    if error.object[error.start] == 0x80:
        return "€", error.start + 1
    return REPLACEMENT, error.end


codecs.register_error(_EURO, _euro)
