"""White space undone and done again: canonical text, the inverse of the dump's channel, words."""

from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock, normalize, paragraphs
from pipelines.segmentation.text.sentences import sentences
from pipelines.segmentation.text.words import words

__all__ = ["DumpBlock", "normalize", "paragraphs", "sentences", "words"]
