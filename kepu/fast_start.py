"""Import sqlite-utils without pandas and NumPy, so that commands start faster.

If both are installed, sqlite-utils imports them only to recognise their column types, which no command uses. Doing
without them saves about half a second of CPU and 80 MB per process. Commands that need pandas or NumPy import them
themselves. The Python library does not use this module, because it must not change imports in the user's process.
"""

import importlib
import sys
from types import ModuleType

HEAVY = ("pandas", "numpy")
"""Packages that sqlite-utils imports if they are installed."""


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
