"""Responses of the site, stored as WARC 1.1 beside the database; each record has a row in the table `captures`."""

from archive.captures.check_captures import CaptureProblem, check, files
from archive.captures.erase_captures import forget, of_articles, purge
from archive.captures.read_captures import CaptureReader, CaptureRow, find, rows, with_parts
from archive.captures.warc_records import Unreadable, WarcRecord
from archive.captures.warc_writer import DEFAULT_LIMIT, CaptureStore, folder_for

__all__ = [
    "DEFAULT_LIMIT",
    "CaptureProblem",
    "CaptureReader",
    "CaptureRow",
    "CaptureStore",
    "Unreadable",
    "WarcRecord",
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
