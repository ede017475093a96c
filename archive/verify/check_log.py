"""A log of checks, which archivists need: one JSON line per check with its time, files and outcome."""

from datetime import UTC, datetime
from pathlib import Path

import orjson

from archive import captures
from archive.jsonl_lines import path_for
from archive.readonly import home
from archive.sqlite_errors import explained
from archive.verify.findings import Findings
from kepu.utc_text import utc_text


def append(log: Path, database: Path, findings: Findings, *, deep: bool) -> None:
    """Append one check to the log. Raises NotWritable or DiskFull."""
    database = home(database)
    files = [database, path_for(database), *captures.files(captures.folder_for(database))]
    line = {
        "at": utc_text(datetime.now(UTC)),
        "database": str(database),
        "outcome": "whole" if findings.whole else "not whole",
        "captures_read": deep,
        "articles": findings.articles,
        "counts": findings.counts,
        "problems": [str(text) for text in findings.problems],
        "repaired": [str(text) for text in findings.repaired],
        "files": [{"name": file.name, "bytes": file.stat().st_size} for file in files if file.exists()],
    }
    with explained(log), log.open("ab") as out:
        out.write(orjson.dumps(line) + b"\n")
