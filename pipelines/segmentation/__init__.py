"""White space undone and done again: canonical text, the inverse of the dump's channel, sentences and words.

`sentences(text)` and `words(text)`, `normalize(dump)` and `paragraphs(dump)` are the stable entry points. They are
imported when they are first asked for: who wants sentences does not wait for a dictionary.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock, normalize, paragraphs
    from pipelines.segmentation.text.sentences import sentences
    from pipelines.segmentation.text.words import words

__all__ = ["DumpBlock", "normalize", "paragraphs", "sentences", "words"]

_PLACES = {
    "DumpBlock": "dumps.restore_paragraphs",
    "normalize": "dumps.restore_paragraphs",
    "paragraphs": "dumps.restore_paragraphs",
    "sentences": "text.sentences",
    "words": "text.words",
}


def __getattr__(name: str) -> Any:
    """Import an entry point."""
    if name not in _PLACES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
