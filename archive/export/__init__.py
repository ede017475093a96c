"""Exports: write the articles of an archive to files in one of many formats.

`export` writes a folder, `stream` writes to a pipe; `ExportOptions` says what to export, and `ExportFacts` what was
exported. A folder appears complete or not at all, and the same archive with the same options gives the same bytes.
"""
