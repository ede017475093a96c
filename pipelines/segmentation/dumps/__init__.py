"""Text dumps turned back into the articles they were made from."""
