"""Letters that count as equal when texts are compared: traditional and simplified, full-width and half-width.

Only comparisons use these forms. `content_sha256` and the stored texts keep what the page printed.
"""

from functools import cache

from archive.numpy_arrays import Array, np
from pipelines.segmentation.text.traditional_characters import simplified_forms

LAST = 0xFFFF
"""Highest code point that is mapped; letters above it are compared unchanged."""

QUOTES = "“”„‟「」『』﹁﹂﹃﹄〝〞＂‘’＇'\""
"""Quotation marks, which comparisons ignore like white space."""

FULL_STOPS = "。．｡"
"""Characters that are compared as FULL_STOP."""

COMMAS = "，､"
"""Characters that are compared as COMMA."""

FULL_STOP, COMMA = ord("."), ord(",")
"""Code points of the ASCII full stop and comma."""


@cache
def table() -> Array:
    """Return an array that maps each code point up to LAST to the code point that it is compared as.

    A traditional letter becomes the first simplified one that OpenCC's TSCharacters lists for it.
    """
    forms = np.arange(LAST + 1, dtype=np.uint32)
    forms[0xFF01:0xFF5F] = np.arange(0x21, 0x7F, dtype=np.uint32)
    for letters, form in ((FULL_STOPS, FULL_STOP), (COMMAS, COMMA)):
        forms[[ord(letter) for letter in letters]] = form
    for traditional, simplified in simplified_forms().items():
        if ord(traditional) <= LAST:
            forms[ord(traditional)] = ord(simplified)
    return forms


@cache
def _folding() -> dict[int, int | None]:
    """Return the table of str.translate for `folded`."""
    forms = {code: int(form) for code, form in enumerate(table().tolist()) if code != form}
    return forms | dict.fromkeys(np.flatnonzero(_passed_over()).tolist())


@cache
def _passed_over() -> Array:
    """Return an array that tells for each code point up to LAST whether it is white space or a quotation mark."""
    return np.array([chr(code).isspace() or chr(code) in QUOTES for code in range(LAST + 1)])


_LONG = 60
"""Minimum length of a text, in letters, for which arrays are faster than str.translate."""


def folded(text: str) -> str:
    """Return a text with its letters in the compared form, without white space and quotation marks."""
    if len(text) < _LONG:
        return text.translate(_folding())
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    small = np.minimum(codes, LAST)
    forms = np.where(codes > LAST, codes, table()[small])[~_passed_over()[small]]
    return str(forms.tobytes().decode("utf-32-le", "surrogatepass"))
