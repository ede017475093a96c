"""Check a worker's version before it gets rounds: all workers of a run must have the version of the command."""

from importlib.metadata import version

from kepu.errors import ArchiveError


class OtherVersion(ArchiveError):
    """A worker runs another version of this program."""

    code = "usage"


def own_version() -> str:
    """Return the version of this program and of its archives: `0.1.0, schema 16`."""
    from archive.schema import SCHEMA_STEPS

    return f"{version('kepu-archive')}, schema {SCHEMA_STEPS}"


def check(wanted: str) -> None:
    """Raise OtherVersion if the version of this process is not `wanted`, that of the command."""
    if wanted != own_version():
        raise OtherVersion(
            "this worker runs version {here}, and the command {asked}; install the same version",
            here=own_version(),
            asked=wanted,
        )
