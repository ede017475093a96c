"""The commands of `kepu`, one per module: each parses its options and calls a plain Python function."""
