"""White space undone and done again: canonical text, the inverse of the dump's channel, words."""

from pipelines.segmentation.dumps.restore_paragraphs import DumpBlock, normalize, paragraphs

__all__ = ["DumpBlock", "normalize", "paragraphs"]
