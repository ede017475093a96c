"""What the site sent, kept as WARC 1.1 beside the database, each record with a row in the table `captures`."""

from archive.captures.check_captures import Problem, check, files
from archive.captures.erase_captures import forget, of_articles, purge
from archive.captures.read_captures import Reader, Row, find, rows, with_parts
from archive.captures.warc_records import Record, Unreadable
from archive.captures.warc_writer import DEFAULT_LIMIT, Captures, folder_for

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
