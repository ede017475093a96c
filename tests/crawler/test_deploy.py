"""Checks of the files in deploy/ that need no installation."""

import json
import os
import re
import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from crawler.metrics import measures
from crawler.run_report import RunReport
from kepu.exit_status import OF_CODE, Status
from tests.crawler.conftest import KEPU
from tests.fork_server import run_program

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
def test_the_scheduled_command_line_is_valid(name: str, tmp_path: Path) -> None:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if "/kepu crawl" in line]
    arguments = line.split("/kepu crawl", 1)[1].split()
    arguments = [str(tmp_path / Path(word).name) if word.startswith("/") else word for word in arguments]
    tried = run_program([KEPU, "crawl", *arguments, "--dry-run"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


def test_every_exit_status_is_documented() -> None:
    text = (CHECKOUT / "docs" / "schedule.md").read_text(encoding="utf-8")
    for status in {*Status, *OF_CODE.values()}:
        assert f"\n| {int(status)} |" in text, status


def test_the_egg_names_the_settings(tmp_path: Path) -> None:
    runpy.run_path(str(DEPLOY / "scrapyd" / "egg.py"))["write"](tmp_path / "kepu.egg")
    with zipfile.ZipFile(tmp_path / "kepu.egg") as egg:
        assert b"settings = crawler.settings" in egg.read("EGG-INFO/entry_points.txt")


TOOLS = {
    "hadolint": ["docker/Dockerfile"],
    "shellcheck": ["docker/entry_crawl.sh", "slurm/shards.sbatch"],
    "kubernetes-validate": ["--strict", "kubernetes/archive.yaml", "kubernetes/shards.yaml"],
    "check-jsonschema": ["--builtin-schema=vendor.compose-spec", "docker/compose.yaml"],
    "promtool": ["check", "config", "prometheus/prometheus.yaml"],
    "promtool test": ["test", "rules", "prometheus/kepu-alerts-test.yaml"],
}
"""Map each linter for files in deploy/ to its arguments."""


@pytest.mark.parametrize("name", TOOLS)
def test_linters_find_no_errors_in_deploy(name: str) -> None:
    program = shutil.which(name.split()[0])
    if program is None:
        pytest.skip(f"{name} is not here: what it checks in deploy/ was not checked")
    checked = subprocess.run(
        [program, *TOOLS[name]], cwd=DEPLOY, capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_alerts_and_dashboard_use_existing_metrics() -> None:
    report = RunReport("channel", "kepu.db", articles=3, newest="2026-11-20T08:00:00+08:00")
    written = {name for name, *_ in measures(report, good_before=None)} | {
        "kepu_last_good_run_timestamp_seconds"
    }
    dashboard = json.loads((DEPLOY / "prometheus" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    told = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    told.append((DEPLOY / "prometheus" / "kepu-alerts.yaml").read_text(encoding="utf-8"))
    named = {name for text in told for name in re.findall(r"kepu_[a-z_]+", text)}
    assert len(dashboard["panels"]) == 8
    assert named <= written


def test_the_health_check_reads_the_last_report(tmp_path: Path) -> None:
    judge = runpy.run_path(str(DEPLOY / "docker" / "healthcheck.py"))["judge"]
    report = tmp_path / "report.json"
    assert not judge(report, 26)[0]
    for status, is_well in ((0, True), (10, True), (14, False)):
        report.write_text(json.dumps({"status": status, "message": "x"}))
        assert judge(report, 26)[0] == is_well
    report.write_text(json.dumps({"status": 0}))
    os.utime(report, (0, 0))
    assert not judge(report, 26)[0]


@pytest.mark.parametrize("name", ["kubernetes/archive.yaml", "kubernetes/shards.yaml", "slurm/shards.sbatch"])
def test_the_command_lines_in_deploy_are_valid(name: str) -> None:
    text = re.sub(r"\\?\n\s+", " ", (DEPLOY / name).read_text(encoding="utf-8"))
    (line,) = re.findall(r"kepu crawl (--quiet[^;&]*)[;&]", text)
    words = [word.strip('"') for word in line.split()]
    done = run_program([KEPU, "crawl", "--help"], capture_output=True, text=True, check=True)
    assert all(word in done.stdout for word in words if word.startswith("--"))
