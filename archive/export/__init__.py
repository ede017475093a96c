"""Exports: the archive as files for others, whole or not at all, and the same bytes each time.

`export` writes a folder, `stream` writes to a pipe; a `Plan` says what, `Facts` what came of it.
"""
