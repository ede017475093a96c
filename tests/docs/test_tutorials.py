"""Every command in the `console` blocks of the tutorials runs, in order, on the demo archive, and prints what is shown.

A block may show output below a command; `…` stands for any text. `$ echo $?` shows the status of the command before it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import demo
from tests.fork_server import PROGRAMS, Popen, run_program
from tests.forked_commands import forked_commands

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted(CHECKOUT.glob("docs/tutorials/*.md"))
ADDRESS = "http://127.0.0.1:8118"
TITLE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the results of `make demo`: an archive of the replica's articles, with captures."""
    folder = tmp_path_factory.mktemp("tutorials")
    with demo.running_replica(start=Popen) as replica:
        # The clock of the demo: which of several copies counts must not depend on the order of answers.
        clock = {"KEPU_CLOCK": "2026-11-20T00:00:00Z", "KEPU_CLOCK_STOPS": "1"}
        env = os.environ | {"http_proxy": replica.proxy_url, "KEPU_DELAY_SCALE": "0.0001"} | clock
        words = ["crawl", "--quiet", "--contact", "you@example.org", "--db", str(folder / "kepu.db")]
        run_program([PROGRAMS / "kepu", *words], cwd=CHECKOUT, env=env, check=True, timeout=120)
    return folder


def blocks(page: Path, kind: str) -> list[str]:
    """Return the code blocks of a kind."""
    return [text for name, text in TITLE.findall(page.read_text(encoding="utf-8")) if name == kind]


def commands(page: Path) -> list[str]:
    """Return the commands that the page shows with a `$`."""
    return [
        line[2:]
        for text in blocks(page, "console")
        for line in text.replace("\\\n", " ").splitlines()
        if line.startswith("$ ")
    ]


def script(lines: list[str], statuses: list[int]) -> str:
    """Return a shell script of commands that ends at the first one whose status differs from the one that is shown."""
    shown = iter(statuses)
    made = ["set -eux"]
    for line in lines:
        if line == "echo $?":
            made[-1] = f"status=0; {made[-1]} || status=$?; test $status = {next(shown)}"
        else:
            made.append(line)
    return "\n".join(made)


def statuses(page: Path) -> list[int]:
    """Return the statuses that the page shows below `$ echo $?`."""
    return [
        int(n)
        for text in blocks(page, "console")
        for n in re.findall(r"^\$ echo \$\?\n(\d+)$", text, re.MULTILINE)
    ]


def outputs(page: Path) -> list[str]:
    """Return the lines of output that the page shows, without statuses and without the lines on what was counted."""
    return [
        line
        for text in blocks(page, "console")
        for line in text.splitlines()
        if not re.match(r"\$ |# |\d+$|…$", line)
    ]


@contextmanager
def replica_for(page: Path) -> Iterator[str]:
    """Run the replica for tutorials that need it, and yield its address."""
    if page.stem != "developer":
        yield ADDRESS
        return
    with demo.running_replica(start=Popen) as replica:
        yield replica.proxy_url


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_runs(page: Path, made: Path, tmp_path: Path) -> None:
    work = tmp_path / "out" / "scitech"
    shutil.copytree(made, work)
    (tmp_path / "demo").symlink_to(CHECKOUT / "demo")
    for text in blocks(page, "toml"):
        (work / "scitech.toml").write_text(text, encoding="utf-8")
    lines = commands(page)
    # The operator's tutorial needs root and systemd; tests/crawler/test_deploy.py checks its units.
    assert bool(lines) == (page.stem != "operator")
    env = {name: value for name, value in os.environ.items() if not name.startswith("LC_")} | {
        "KEPU_DB": str(work / "kepu.db"),
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "LANG": "C.UTF-8",
    }
    with replica_for(page) as address, forked_commands() as folder:
        env["PATH"] = os.pathsep.join([folder, str(PROGRAMS), os.environ["PATH"]])
        commands_to_run = script(lines, statuses(page)).replace(ADDRESS, address)
        done = subprocess.run(
            ["bash", "-c", commands_to_run],
            cwd=work,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    printed = done.stdout + done.stderr
    for line in outputs(page):
        pattern = ".*".join(map(re.escape, line.strip().split("…")))
        assert re.search(rf"^\s*{pattern}\s*$", printed, re.MULTILINE), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_chinese_tutorials_have_the_same_commands(page: Path) -> None:
    chinese = CHECKOUT / "docs" / "zh" / "tutorials" / page.name
    assert commands(chinese) == commands(page)
    assert statuses(chinese) == statuses(page)


def test_the_site_is_built_without_a_broken_link(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
