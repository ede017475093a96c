"""What the site sent, kept as WARC 1.1 beside the database, each record with a row in the table `captures`."""

from archive.captures.check import Problem, check, files
from archive.captures.forget import forget, of_articles, purge
from archive.captures.read import Reader, Row, find, rows, with_parts
from archive.captures.records import Record, Unreadable
from archive.captures.writer import DEFAULT_LIMIT, Captures, folder_for

__all__ = [
    "DEFAULT_LIMIT",
    "Captures",
    "Problem",
    "Reader",
    "Record",
    "Row",
    "Unreadable",
    "check",
    "files",
    "find",
    "folder_for",
    "forget",
    "of_articles",
    "purge",
    "rows",
    "with_parts",
]
