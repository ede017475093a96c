"""The report: what is in the archive and how it came there, as charts on one page that needs nothing but itself."""
