"""Re-extract all articles from their captures, for use after the extractor has been improved."""
