"""The blocks of a dump, made from its groups of lines, with what is in doubt about them."""
