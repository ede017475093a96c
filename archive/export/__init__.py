"""Exports: the archive as files for others, complete or not at all, and the same bytes each time.

`export` writes a folder, `stream` writes to a pipe; `ExportOptions` says what to export, and `ExportFacts` what was
exported.
"""
