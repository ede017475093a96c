"""Where numpy is missing, the program says so; everything else works."""

import sys
from pathlib import Path

import pytest

from archive.duplicates import update
from archive.store import Store
from kepu.errors import ArchiveError


def test_without_numpy_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("archive.duplicates.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)
    with (
        Store(tmp_path / "kepu.db") as archive,
        pytest.raises(ArchiveError, match=r"pip .*install numpy"),
    ):
        update(archive.db)
