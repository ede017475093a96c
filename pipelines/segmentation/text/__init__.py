"""Compute canonical text, sentences and words."""
