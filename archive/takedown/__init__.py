"""Articles taken out of the archive for good."""
