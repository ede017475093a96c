"""The folder of an import in progress: `NAME.importing` beside the database, which remains if the import is killed."""

from pathlib import Path

from archive.readonly import home


def import_folder(database: Path) -> Path:
    """Return the folder for imports into an archive; it need not exist.

    It contains the index of the WARC files, and the archive of an import that is merged when it ends.
    """
    path = home(database)
    return path.parent if path.parent.suffix == ".importing" else path.with_name(f"{path.stem}.importing")
