"""Canonical text, sentences and words of an article."""
