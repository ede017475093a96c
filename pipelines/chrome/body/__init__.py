"""The body of an article: from the tree of its page to blocks."""
