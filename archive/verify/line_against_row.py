"""Decide, when a row and its line differ, whether the line matches the row as it was hashed."""

from typing import Any

from archive import record_hash, row_hash
from archive.restore.restore_jsonl import read_line
from archive.verify.check_rows import Rows


def is_line_right(rows: Rows, seq: int, line: bytes) -> bool:
    """Return whether a line matches the row with this number as it was hashed."""
    record = read_line(line)
    return record is not None and seq not in rows.waiting and _is_hashed(rows.hashes.get(seq), record)


def _is_hashed(sha256: bytes | None, record: dict[str, Any]) -> bool:
    if sha256 is None:
        return False
    fingerprints = (record_hash.of_record(record), record_hash.of_version_1(record))
    return any(row_hash.of_record(record, each) == sha256 for each in fingerprints)
