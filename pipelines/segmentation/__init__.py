"""White space undone and done again: canonical text, the inverse of the dump's channel, words."""

from pipelines.segmentation.inverse import paragraphs

__all__ = ["paragraphs"]
