"""Refuse to open an archive that has lost its database, while its JSONL or its captures exist."""

from pathlib import Path

from archive.captures.check_captures import files
from archive.captures.warc_writer import folder_for
from archive.jsonl_lines import path_for
from kepu.errors import ArchiveError
from kepu.messages import Text, joined


class LostDatabase(ArchiveError):
    """The database of an archive does not exist, but other files of the archive do."""

    code = "lost_database"


def left_behind(path: Path) -> list[Path]:
    """Return what exists beside a database: its JSONL if not empty, and its folder of captures if it has any."""
    jsonl, folder = path_for(path), folder_for(path)
    found = [jsonl] if jsonl.exists() and jsonl.stat().st_size else []
    return found + ([folder] if files(folder) else [])


def check_lost(path: Path) -> None:
    """Raise LostDatabase if the JSONL or the captures of an archive exist. Call it only if `path` has no database."""
    found = [str(each) for each in left_behind(path)]
    if len(found) == 1:
        raise LostDatabase(
            "{path} is not there, but {found} is. `kepu restore BACKUP --db {path}` brings everything back from a "
            "backup, `kepu restore --db {path}` what is left in that file; "
            "`kepu crawl --new` moves {found} aside and begins an empty archive. Nothing was changed.",
            path=path,
            found=found[0],
        )
    if found:
        raise LostDatabase(
            "{path} is not there, but {found} are. `kepu restore BACKUP --db {path}` brings everything back from a "
            "backup, `kepu restore --db {path}` what is left in those files; "
            "`kepu crawl --new` moves {found} aside and begins an empty archive. Nothing was changed.",
            path=path,
            found=joined(found, Text(" and ")),
        )
