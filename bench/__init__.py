"""Measurements: each compares in one run against a named baseline, and prints ratios."""
