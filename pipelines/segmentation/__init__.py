"""Normalise and segment text: canonical text, running text from dumps, sentences and words.

The stable entry points are `sentences(text)`, `words(text)`, `normalize(dump)` and `paragraphs(dump)`. Each is imported
when it is first used, so that splitting sentences does not load the dictionary of words.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.segmentation.dumps.restore_paragraphs import normalize, paragraphs
    from pipelines.segmentation.dumps.restored_blocks.dump_blocks import DumpBlock
    from pipelines.segmentation.text.sentences import sentences
    from pipelines.segmentation.text.words import words

__all__ = ["DumpBlock", "normalize", "paragraphs", "sentences", "words"]

_PLACES = {
    "DumpBlock": "dumps.restored_blocks.dump_blocks",
    "normalize": "dumps.restore_paragraphs",
    "paragraphs": "dumps.restore_paragraphs",
    "sentences": "text.sentences",
    "words": "text.words",
}


def __getattr__(name: str) -> Any:
    """Import an entry point when it is first used."""
    if name not in _PLACES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
