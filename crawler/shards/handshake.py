"""What a worker says of itself before it gets rounds: another version of this program may not touch the archives."""

from importlib.metadata import version

from kepu.errors import ArchiveError


class OtherVersion(ArchiveError):
    """A worker runs another version of this program."""

    code = "usage"


def own_version() -> str:
    """Return the version of this program and of its archives: `0.1.0, schema 16`."""
    from archive.schema import SCHEMA_STEPS

    return f"{version('kepu-archive')}, schema {SCHEMA_STEPS}"


def check(asked: str) -> None:
    """Raise OtherVersion where this process is not of the version that a command asks for."""
    if asked != own_version():
        raise OtherVersion("{here} is not {asked}", here=own_version(), asked=asked)
