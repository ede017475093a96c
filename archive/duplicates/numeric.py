"""The one place that asks for numpy, and says what to install where it is missing."""

from archive.errors import ArchiveError

try:
    import numpy as np  # type: ignore[import-not-found, unused-ignore]
except ModuleNotFoundError as error:
    raise ArchiveError(
        "near duplicates need numpy, which is not installed: pip install 'kepu-archive[duplicates]'."
    ) from error

__all__ = ["Array", "np"]

Array = np.ndarray
"""An array; the docstring of what returns one says of which numbers."""
