"""The folder of an import that is under way: `NAME.importing` beside the database, which a killed import leaves."""

from pathlib import Path

from archive.readonly import home


def import_folder(database: Path) -> Path:
    """Return the folder of the imports into an archive; it need not be there.

    It holds the index of the WARC files, and the archive of an import that is merged at its end.
    """
    path = home(database)
    return path.parent if path.parent.suffix == ".importing" else path.with_name(f"{path.stem}.importing")
