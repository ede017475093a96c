"""The confirmation of rights: asked for on a terminal, required in a pipe, and before anything is written."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fork_server import Popen, run_program

KEPU = Path(sys.executable).with_name("kepu")


def on_a_terminal(arguments: list[str], answer: bytes) -> tuple[int, str]:
    """Run kepu on a pseudo terminal, type an answer, and return its status and output."""
    ours, theirs = pty.openpty()
    with Popen([KEPU, *arguments], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, answer)
        shown = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # Linux: the other end is closed
                break
            if not data:
                break
            shown += data
    os.close(ours)
    return process.returncode, shown.decode()


@pytest.mark.parametrize(("answer", "is_written"), [(b"y\n", True), (b"n\n", False), (b"\n", False)])
def test_the_rights_are_confirmed_on_a_terminal(
    path: Path, tmp_path: Path, answer: bytes, is_written: bool
) -> None:
    out = tmp_path / "out"
    status, shown = on_a_terminal(["export", str(out), "--db", str(path)], answer)
    assert "belong to 人民网" in shown
    assert out.exists() == is_written
    assert (status == 0) == is_written
    assert ("9 articles in one file" in shown) == is_written


def test_the_profile_metadata_needs_no_confirmation(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = run_program(
        [KEPU, "export", out, "--db", path, "--format", "hf", "--quiet"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert (ended.stdout, ended.stderr) == ("", "")
    assert (out / "README.md").is_file()
    assert list(out.glob("data/train-*.parquet"))


def test_a_script_gets_json(path: Path, tmp_path: Path) -> None:
    asked: list[str | Path] = [KEPU, "export", tmp_path / "out", "--db", path, "--accept-rights", "--json"]
    ended = run_program(asked, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True)
    said = json.loads(ended.stdout)
    assert said["rows"] == 9
    assert said["files"][0]["name"] == "data/articles-00000-of-00001.jsonl"
    again = run_program(asked, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert again.returncode
    assert "--update" in again.stderr
