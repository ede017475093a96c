"""`make … PYTHON=…` runs the Python that is named, also when `.venv` was made by another version."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
VERSION = "{}.{}".format(*sys.version_info)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the Makefile and what its rules stand on."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shutil.copy(CHECKOUT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    return tmp_path


def planned(checkout: Path, *words: str) -> str:
    """Return the commands that make would run, or the message with which it refuses."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHON", "MAKEFLAGS"}}
    command = ["make", "--dry-run", "demo", *words]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def of_version(checkout: Path, version: str) -> None:
    """Put a Python there as `.venv` that says it is of a version."""
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {version}\n")
    python.chmod(0o755)


def test_a_first_environment_is_made_by_the_named_python(checkout: Path) -> None:
    commands = planned(checkout, f"PYTHON={sys.executable}")
    assert f"{sys.executable} -m venv --without-pip .venv\n" in commands
    assert "\n.venv/bin/python -m demo\n" in commands


def test_another_version_gets_an_environment_of_its_own(checkout: Path) -> None:
    of_version(checkout, "3.9")
    commands = planned(checkout, f"PYTHON={sys.executable}")
    assert f"{sys.executable} -m venv --without-pip .venv-{VERSION}\n" in commands
    assert f"\n.venv-{VERSION}/bin/python -m demo\n" in commands
    assert " -m venv " not in planned(checkout), "without PYTHON=, the environment that is there is used"


def test_the_same_version_uses_the_environment_that_is_there(checkout: Path) -> None:
    of_version(checkout, VERSION)
    commands = planned(checkout, f"PYTHON={sys.executable}")
    assert " -m venv " not in commands
    assert "\n.venv/bin/python -m demo\n" in commands


def test_a_python_that_does_not_run_is_named(checkout: Path) -> None:
    assert "PYTHON=nowhere/python does not run" in planned(checkout, "PYTHON=nowhere/python")
