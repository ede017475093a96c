"""White space undone and done again: canonical text, the inverse of the dump's channel, words."""
