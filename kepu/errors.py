"""What can go wrong with an archive, one type for each thing that a person can act on."""

from kepu.messages import Text, said


class ArchiveError(Exception):
    """The archive cannot be used as asked; the message names the file and says what to do."""

    code = "archive_error"

    def __init__(self, text: str, /, **values: object) -> None:
        """Take the message in English, with `{names}` for what it is about; a run's report stores it so."""
        self.text = Text(text, **values)
        super().__init__(self.text)

    def said(self) -> str:
        """Return the message in the language of the person who reads it."""
        return said(self.text)


class Locked(ArchiveError):
    """Another process is writing to this archive."""

    code = "locked"


class WrongSchema(ArchiveError):
    """The database is not an archive of ours, or one of another version."""

    code = "wrong_schema"


class Damaged(ArchiveError):
    """The database cannot be read as SQLite."""

    code = "damaged"


class DiskFull(ArchiveError):
    """No room is left, or a quota is reached."""

    code = "disk_full"


class NotWritable(ArchiveError):
    """The folder or the file cannot be written."""

    code = "not_writable"


class NotFound(ArchiveError):
    """There is no archive at that path."""

    code = "not_found"


class WrongSettings(ArchiveError):
    """A setting that is not understood."""

    code = "usage"
