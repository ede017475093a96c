"""Measure how well the original text is restored from dumps: of hard sentences in simulated dumps, and a shared set."""
