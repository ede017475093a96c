"""sqlite-utils is imported without pandas and NumPy, so that a command starts without them.

sqlite-utils imports both where they are installed, only to know the column types of their values; no command gives
it such values. In a new process this saves about half a second of CPU and 80 MB. Commands that need pandas or NumPy
import them themselves. The Python library leaves sqlite-utils as it is: there the process is the user's.
"""

import importlib
import sys
from types import ModuleType

HEAVY = ("pandas", "numpy")


def import_sqlite_utils() -> None:
    """Import sqlite-utils as if pandas and NumPy were not installed, unless one of the three is already imported."""
    if "sqlite_utils" in sys.modules or any(name in sys.modules for name in HEAVY):
        return
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]  # None makes an import fail
    for name in HEAVY:
        modules[name] = None
    try:
        importlib.import_module("sqlite_utils")
    finally:
        for name in HEAVY:
            del modules[name]
