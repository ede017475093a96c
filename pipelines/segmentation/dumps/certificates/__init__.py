"""The certificates of paragraphs: gaps with two readings, and the risk that one was read wrongly."""
