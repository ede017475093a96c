"""The error for a missing library: its message has the command that installs the library into this environment."""

import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from kepu.errors import ArchiveError

CHECKOUT = Path(__file__).resolve().parents[1]
"""The folder of the checkout, if the program runs from one."""


class MissingExtra(ArchiveError):
    """A library that a command needs is not installed."""

    code = "usage"


def missing_extra(what: str, *packages: str) -> MissingExtra:
    """Return the error to raise if `what` (`kepu serve`, `--format parquet`) needs packages that are not installed."""
    return MissingExtra(
        "{what} needs {packages}, which is not installed. Install it with: {command}",
        what=what,
        packages=", ".join(packages),
        command=install_command(*packages),
    )


def install_command(*packages: str) -> str:
    """Return the command line that installs packages for the running Python.

    In the virtual environment that a checkout's Makefile makes, it is `make extras`. If another environment lacks pip,
    the command uses another Python's pip, or uv.
    """
    checkout = Path(sys.prefix).parent
    if Path(sys.prefix).name == ".venv" and checkout == CHECKOUT and (checkout / "Makefile").is_file():
        return f"make -C {shlex.quote(str(checkout))} extras"
    here = shlex.quote(sys.executable)
    names = " ".join(shlex.quote(package) for package in packages)
    if find_spec("pip") is not None:
        return f"{here} -m pip install {names}"
    if shutil.which("uv"):
        return f"uv pip install --python {here} {names}"
    return f"python3 -m pip --python {here} install {names}"
