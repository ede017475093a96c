"""Where articles are found: each source is a module of plain functions from a response to what it names."""
