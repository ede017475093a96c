"""The report: charts of an archive's content and of its crawls, as a single self-contained HTML page."""
