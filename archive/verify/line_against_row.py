"""Decide, when a row and its line differ, whether the line matches the row as it was hashed."""

from archive import record_hash, row_hash
from archive.restore.restore_jsonl import read_line
from archive.verify.check_rows import Rows


def is_line_right(rows: Rows, seq: int, line: bytes) -> bool:
    """Return whether a line matches the row with this number as it was hashed.

    A row that a statement of SQL changed has a new hash, or waits for it; its line must match its record_sha256.
    """
    return right_fingerprint(rows, seq, line) is not None


def right_fingerprint(rows: Rows, seq: int, line: bytes) -> str | None:
    """Return the record_sha256 of a line that is right, or None."""
    record = read_line(line)
    if record is None:
        return None
    fingerprints = (record_hash.of_record(record), record_hash.of_version_1(record))
    if seq in rows.edited:
        return next((each for each in fingerprints if each == rows.edited[seq]), None)
    if seq in rows.waiting or (sha256 := rows.hashes.get(seq)) is None:
        return None
    return next((each for each in fingerprints if row_hash.of_record(record, each) == sha256), None)
