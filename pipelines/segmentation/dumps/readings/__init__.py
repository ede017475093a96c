"""The readings of a block of lines: which gaps are spaces, how likely that is, and where paragraphs end."""
