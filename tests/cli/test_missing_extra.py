"""The command that an error for a missing library names: `make extras` in a checkout, else pip or uv."""

import sys
from pathlib import Path

import pytest

from kepu import missing_extra


def test_the_environment_of_a_checkout_gets_make_extras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Makefile").touch()
    monkeypatch.setattr(missing_extra, "CHECKOUT", tmp_path)
    assert missing_extra.install_command("datasette").endswith(" install datasette")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert missing_extra.install_command("datasette") == f"make -C {tmp_path} extras"
