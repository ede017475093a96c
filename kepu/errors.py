"""Errors about archives: one class for each condition that needs a different action of the user."""

from kepu.messages import Text, said


class ArchiveError(Exception):
    """The archive cannot be used as requested; the message names the file and says what to do."""

    code = "archive_error"

    def __init__(self, text: str, /, **values: object) -> None:
        """Create the error from an English message with `{names}`, and their values.

        `str()` gives the English message, which reports store; `said()` translates it.
        """
        self.text = Text(text, **values)
        super().__init__(self.text)

    def said(self) -> str:
        """Return the message in the user's language."""
        return said(self.text)


class Locked(ArchiveError):
    """Another process is writing to this archive."""

    code = "locked"


class WrongSchema(ArchiveError):
    """The database is not an archive of this program, or has another version."""

    code = "wrong_schema"


class NewerSchema(WrongSchema):
    """The database was made by a newer version of the program."""


class Damaged(ArchiveError):
    """The database or another file of the archive cannot be read, or its contents are invalid."""

    code = "damaged"


class DamagedWithAdvice(Damaged):
    """The database is damaged, and the message already names the commands that restore it."""


class DiskFull(ArchiveError):
    """The disk is full, or a quota is reached."""

    code = "disk_full"


class NotWritable(ArchiveError):
    """The folder or the file is not writable."""

    code = "not_writable"


class NotFound(ArchiveError):
    """There is no archive at that path, or nothing in it with the given name."""

    code = "not_found"


class WrongSettings(ArchiveError):
    """A setting is invalid."""

    code = "usage"
