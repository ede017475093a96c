"""The Chinese translation of all messages, and the program that updates its catalogue."""
