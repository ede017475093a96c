"""Apply the channel to restored texts, which gives the lines of the dump again."""

from collections.abc import Iterable

from pipelines.segmentation.dumps.w3m import Terminal, wrap
from pipelines.segmentation.text.words import Segmenter


def resynthesize(text: str, terminal: Terminal, segmenter: Segmenter | None = None) -> list[str]:
    """Return the lines of a paragraph as the dump has them: wrapped first, then each line cut into words.

    Without a segmenter the lines are w3m's. With `words.Thulac` (the extra `thulac`) they are, for the real dump of
    December 2023, the very bytes of its body. THULAC cuts between white space, so each piece is cut by itself.
    """
    lines = wrap(text, terminal)
    if segmenter is None:
        return lines
    return [" ".join(token for piece in line.split() for token in segmenter.cut(piece)) for line in lines]


def regenerate(texts: Iterable[str], terminal: Terminal, segmenter: Segmenter | None = None) -> str:
    """Return the region of a dump that these paragraphs made, with a blank line between each two."""
    return "\n\n".join("\n".join(resynthesize(text, terminal, segmenter)) for text in texts)
