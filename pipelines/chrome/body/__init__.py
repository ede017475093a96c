"""Convert the body of an article from the tree of its page to lines, and from lines to blocks."""
