"""Long commands on a terminal, in a pipe and interrupted: progress bars, lines, silence, and an intact archive."""

import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import demo
from archive import backup as backup_module
from archive.backup import backup
from archive.jsonl_lines import path_for
from archive.merge import merge
from archive.report import report_figures
from archive.report.make_report import report
from archive.restore import restore
from archive.store import Store
from archive.updated_search import find
from kepu.progress import Tell
from tests.conftest import small_article
from tests.fork_server import Popen, run_program

Run = Callable[..., CompletedProcess[str]]
KEPU = Path(sys.executable).with_name("kepu")
MANY = 1000  # the report tells its progress every 500 articles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terminal")


@pytest.fixture(scope="module")
def archive(folder: Path) -> Path:
    """Return an archive that takes a second to process."""
    return filled(folder / "kepu.db", MANY)


def filled(path: Path, articles: int) -> Path:
    """Create an archive of articles at `path`, and return the path."""
    with Store(path) as store:
        for n in range(40_000_000, 40_000_000 + articles):
            letters = (chr(0x4E00 + (n * 7919 + i * 104_729) % 8000) for i in range(300))
            store.put(small_article(n, "".join(letters)))
    return path


def heed_ctrl_c() -> None:
    """Make the program react to Ctrl-C, which children of a background shell ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def on_terminal(
    command: list[str | Path], environment: dict[str, str], *, interrupt: str = ""
) -> tuple[int, str]:
    """Run a command on a pseudo-terminal, and return its status and its output.

    With `interrupt`, press Ctrl-C when the output contains this text.
    """
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    process = Popen(
        [KEPU, *command],
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
    )
    os.close(theirs)
    screen, deadline = b"", time.monotonic() + 240
    while time.monotonic() < deadline:
        try:
            seen = os.read(ours, 65536)
        except OSError:
            break
        if not seen:
            break
        screen += seen
        if interrupt and re.search(interrupt.encode(), screen):
            process.send_signal(2)
            interrupt = ""
    os.close(ours)
    return process.wait(timeout=120), screen.decode(errors="replace")


SLOW = """
import time
from kepu.progress import Progress

tell = Progress.tell

def slowly(self, *values, **named):
    tell(self, *values, **named)
    time.sleep(5)

Progress.tell = slowly
"""
"""A module `sitecustomize` that slows down each step of a progress bar."""


@pytest.mark.parametrize(
    "command",
    [
        ["duplicates"],
        ["verify"],
        ["export", "{out}", "--accept-rights"],
        ["export", "{out}", "--accept-rights", "--format", "jsonl.zst"],
        ["report", "{out}"],
        ["backup", "{out}"],
        ["merge", "{other}"],
    ],
    ids=" ".join,
)
def test_ctrl_c_prints_one_line_and_leaves_the_archive_intact(
    command: list[str], archive: Path, tmp_path: Path, environment: Callable[..., dict[str, str]], run: Run
) -> None:
    other = archive.with_name("other.db")
    if "{other}" in command and not other.exists():
        backup(archive, other)
    asked: list[str | Path] = [word.format(out=tmp_path / "out", other=other) for word in command]
    # Each step of the progress bar waits 5 s, so that Ctrl-C, which ends the wait, comes in time
    # even on a busy machine.
    hooks = tmp_path.with_name(f"{tmp_path.name}-hooks")
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(SLOW, encoding="utf-8")
    slow = environment(PYTHONPATH=f"{hooks}:{os.environ.get('PYTHONPATH', '')}")
    status, screen = on_terminal([*asked, "--db", archive], slow, interrupt="/s")
    assert status == 130, screen
    assert "Traceback" not in screen
    assert len(re.findall("kepu: ", screen)) == 1, screen
    assert list(tmp_path.iterdir()) == [], "no incomplete output is left"
    whole = run("kepu", "verify", "--db", archive, "--quiet")
    assert (whole.returncode, whole.stdout, whole.stderr) == (0, "", "")


def test_ctrl_c_in_a_crawl_keeps_what_was_fetched(
    tmp_path: Path, environment: Callable[..., dict[str, str]], run: Run
) -> None:
    db = tmp_path / "kepu.db"
    with demo.running_replica(crawl_delay=2, start=Popen) as replica:
        slow = environment(replica.proxy_url, KEPU_DELAY_SCALE="0.05")
        status, screen = on_terminal(["crawl", "--db", db], slow, interrupt=r"\d/\d+ \[")
        assert status == 130, screen
        assert "pages fetched" in screen
        assert "interrupted: what was fetched is kept, and the next run goes on from here" in screen
        assert "Traceback" not in screen
        assert run("kepu", "verify", "--db", db).returncode == 0
        fast = environment(replica.proxy_url, KEPU_DELAY_SCALE="0.01")
        again = run_program(
            [KEPU, "crawl", "--db", db], env=fast, capture_output=True, text=True, check=False
        )
    assert again.returncode == 0
    assert " pages, " in again.stderr, "a line now and then"
    assert "\r" not in again.stderr, "no bar in a pipe"


@pytest.mark.parametrize(
    "command",
    [
        ["export", "-", "--accept-rights"],
        ["search", "title:冰", "--limit", "2000"],
        ["coverage"],
        ["duplicates"],
    ],
    ids=" ".join,
)
def test_a_closed_pipe_is_not_an_error(
    command: list[str], archive: Path, environment: Callable[..., dict[str, str]]
) -> None:
    process = Popen(
        [KEPU, *command, "--db", archive],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_long_commands_show_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = 200
    archive = filled(tmp_path / "kepu.db", few)
    # As often as with a larger archive.
    monkeypatch.setattr(backup_module, "EVERY", 5_000)
    monkeypatch.setattr(report_figures, "TELL_EVERY", few // 2)
    merged = tmp_path / "merged.db"
    Store(merged).close()
    size = archive.stat().st_size
    work: dict[str, tuple[Callable[[Tell], object], range]] = {
        "backup": (lambda tell: backup(archive, tmp_path / "copy.db", progress=tell), range(size, size + 1)),
        "restore": (
            lambda tell: restore(path_for(archive), tmp_path / "back.db", progress=tell),
            range(1, size + 1),
        ),
        "merge": (lambda tell: merge(merged, archive, tell), range(few, few + 1)),
        "search": (lambda tell: find(merged, "冰", progress=tell), range(few, few + 1)),
        "report": (lambda tell: report(archive, tell), range(few, few + 1)),
    }
    told: list[tuple[int, int]] = []
    for name, (do, totals) in work.items():
        told.clear()
        if name == "search":  # as if another program had written to all of it
            with closing(sqlite3.connect(merged)) as conn:
                conn.execute("UPDATE articles SET headline = headline || '冰'")
                conn.commit()
        do(lambda done, total: told.append((done, total)))
        assert len(told) > 1, name
        assert told == sorted(told), name
        assert all(0 <= done <= total and total in totals for done, total in told), (name, told)


def test_quiet_prints_nothing(archive: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    for command in (
        ["duplicates"],
        ["verify"],
        ["export", str(out), "--accept-rights"],
        ["backup", str(tmp_path / "b.db")],
    ):
        told = run("kepu", *command, "--db", archive, "--quiet")
        assert (told.returncode, told.stdout, told.stderr) == (0, "", ""), command
