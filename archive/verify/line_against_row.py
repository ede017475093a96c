"""If a row and its line differ, decide whether the line is the right one of the two."""

from archive import record_hash, row_hash
from archive.restore.restore_jsonl import read_line
from archive.verify.check_rows import Rows


def is_line_right(rows: Rows, seq: int, line: bytes) -> bool:
    """Return whether a line matches the stored hash of its row, that is, whether the row is the damaged one.

    If an SQL statement changed the row, its hash is that of the changed row or is still missing; the line must then
    match the row's record_sha256.
    """
    return right_fingerprint(rows, seq, line) is not None


def right_fingerprint(rows: Rows, seq: int, line: bytes) -> str | None:
    """Return the record_sha256 of a line if the line matches the stored hash of its row, or else None."""
    record = read_line(line)
    if record is None:
        return None
    fingerprints = (record_hash.of_record(record), record_hash.of_version_1(record))
    if seq in rows.edited:
        return next((each for each in fingerprints if each == rows.edited[seq]), None)
    if seq in rows.waiting or (sha256 := rows.hashes.get(seq)) is None:
        return None
    return next((each for each in fingerprints if row_hash.of_record(record, each) == sha256), None)
