"""The files of deploy/: what can be tried of them without installing anything."""

import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from kepu.exit_status import OF_CODE, Status
from tests.crawler.conftest import KEPU

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"


def test_systemd_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here: the units were not verified")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text(encoding="utf-8").replace("/opt/kepu-archive/.venv/bin/kepu", str(KEPU))
        (tmp_path / unit.name).write_text(text.replace("/opt/kepu-archive", str(CHECKOUT)), encoding="utf-8")
    units = sorted(tmp_path.iterdir())
    found = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    ours = [line for line in found.stderr.splitlines() if "kepu-crawl" in line]
    assert not ours


@pytest.mark.parametrize("name", ["systemd/kepu-crawl.service", "crontab"])
def test_the_command_that_is_scheduled_is_understood(name: str, tmp_path: Path) -> None:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if "/kepu crawl" in line]
    arguments = line.split("/kepu crawl", 1)[1].split()
    arguments = [str(tmp_path / Path(word).name) if word.startswith("/") else word for word in arguments]
    tried = subprocess.run(
        [KEPU, "crawl", *arguments, "--dry-run"], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stderr


def test_every_exit_status_is_documented() -> None:
    text = (CHECKOUT / "docs" / "schedule.md").read_text(encoding="utf-8")
    for status in {*Status, *OF_CODE.values()}:
        assert f"\n| {int(status)} |" in text, status


def test_the_egg_names_the_settings(tmp_path: Path) -> None:
    runpy.run_path(str(DEPLOY / "scrapyd" / "egg.py"))["write"](tmp_path / "kepu.egg")
    with zipfile.ZipFile(tmp_path / "kepu.egg") as egg:
        assert b"settings = crawler.settings" in egg.read("EGG-INFO/entry_points.txt")
