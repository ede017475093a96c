"""The body of an article in a dump: from blocks to text, pictures, lists and tables."""
