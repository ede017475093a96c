"""The command `kepu`: where settings come from, exit statuses, imports, shell completion, Ctrl-C on a terminal."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest

from archive.store import Store
from kepu.cli.main import COMMANDS, main
from kepu.records import Article
from tests.fork_server import Popen

Run = Callable[..., CompletedProcess[str]]
NAMES = [name for commands in COMMANDS.values() for name in commands]
KEPU = Path(sys.executable).parent / "kepu"


@pytest.mark.parametrize("name", NAMES)
def test_each_command_has_an_example_that_names_it(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert f"  kepu {name}" in (command.help or "").partition("Example")[2]


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    code = "import sys, kepu.cli.main; print(*{'scrapy', 'lxml', 'sqlite_utils', 'numpy', 'tqdm'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_flags_override_the_environment_which_overrides_the_file(run: Run, tmp_path: Path) -> None:
    def asked(*flags: str, **environment: str) -> str:
        return run("kepu", "coverage", *flags, cwd=tmp_path, **environment).stderr

    assert "data/kepu.db: there is no archive" in asked()
    (tmp_path / "kepu.toml").write_bytes(b'\xef\xbb\xbfdb = "file.db"\r\n')  # as Notepad writes it
    assert "file.db: there is no archive" in asked()
    assert "environment.db: there is no archive" in asked(KEPU_DB="environment.db")
    assert "flag.db: there is no archive" in asked("--db", "flag.db", KEPU_DB="environment.db")


def test_a_folder_that_the_user_may_not_enter_has_no_settings_file(
    tmp_path: Path, environment: Callable[..., dict[str, str]]
) -> None:
    # As with `sudo -u kepu`, which keeps the folder of the caller.
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not there: root could enter the folder all the same")
    closed = tmp_path / "closed"
    closed.mkdir()
    drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []

    def kepu(*words: str | Path) -> CompletedProcess[str]:
        closed.chmod(0o700)
        command = ["bash", "-c", 'chmod 0 . && exec "$@"', "bash", *drop, KEPU, *words]
        return subprocess.run(
            command, cwd=closed, env=environment(), capture_output=True, text=True, check=False
        )

    assert "a.db: there is no archive" in kepu("coverage", "--db", tmp_path / "a.db").stderr
    done = kepu("crawl", "--dry-run", "--contact", "you@example.org", "--db", tmp_path / "a.db")
    assert done.returncode == 0, done.stderr
    done = kepu("runs")
    assert done.returncode == 1
    assert "this user may not read or write there" in done.stderr
    closed.chmod(0o700)


def test_gc_without_an_archive_says_so(run: Run, tmp_path: Path) -> None:
    done = run("kepu", "gc", "--db", tmp_path / "none.db")
    assert done.returncode == 1
    assert "none.db: there is no archive" in done.stderr


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ('[crawl]\nbudgte = "1"', "`budget`"),
        ('[crwl]\nbudget = "1"', "[crawl]"),
        ("[crawl", "kepu init"),
        ('budget = "1"', "under no command"),
        ("[batch]\nworkers = 2", "[batch.workers]"),
        ("[batch.rebuild]\nworker = 2", "`workers`"),
        ('# what\n[crawl]\n\nbudgte = "1"', "kepu.toml:4: [crawl] has no option `budgte`"),
        (
            '[crawl]\nbudget = ["1", "2"]',
            "kepu.toml:2: `budget` of [crawl]: it takes one value, not a list; write budget =",
        ),
        ('[crawl]\nlimit = "many"', "kepu.toml:2: `limit` of [crawl]: "),
        ("[crawl]\ndry-run = 3", "write dry-run = true"),
        ('[crawl]\nlog-format = "xml"', "json"),
        ("\n[batch.rebuild]\nworkers = true", "kepu.toml:3: `workers`"),
    ],
)
def test_invalid_settings_are_reported_with_a_hint(
    run: Run, tmp_path: Path, settings: str, hint: str
) -> None:
    (tmp_path / "kepu.toml").write_text(settings)
    command = ["batch", "rebuild", "a.warc.gz", "out"] if "batch" in settings else ["crawl", "--dry-run"]
    done = run("kepu", *command, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert hint in done.stderr


def test_a_missing_archive_is_one_line_or_a_traceback(run: Run, tmp_path: Path) -> None:
    missing = run("kepu", "coverage", cwd=tmp_path)
    assert (missing.returncode, missing.stdout, missing.stderr.count("\n")) == (1, "", 1)
    assert "Traceback" in run("kepu", "--debug", "coverage", cwd=tmp_path).stderr
    assert run("kepu", "crawl", "--limit", "0", cwd=tmp_path).returncode == 2


def test_a_run_can_be_read_by_a_script(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "no-article.html"
    page.write_text("<p>no article</p>")
    read = run("kepu", "import", page, "--db", tmp_path / "a.db", "--json", "--verbose")
    report = json.loads(read.stdout)
    assert report["spider"] == "dump"
    assert (report["outcome"], report["new"], report["failed"], read.returncode) == ("failed", 0, 1, 1)
    assert report["failures"][0]["code"] == "foreign_page"


def test_the_completion_script_is_printed(run: Run) -> None:
    words = run("kepu", _KEPU_COMPLETE="bash_complete", COMP_WORDS="kepu cra", COMP_CWORD="1")
    assert words.stdout.split() == ["plain,crawl"]


COMPLETED = {
    "bash": 'eval "$(_KEPU_COMPLETE=bash_source kepu)"; COMP_WORDS=(kepu cra); COMP_CWORD=1; '
    '_kepu_completion kepu; echo "${COMPREPLY[@]}"',
    "zsh": "compdef() { :; }; compadd() { :; }; _describe() { print -r -- $completions_with_descriptions; }; "
    'eval "$(_KEPU_COMPLETE=zsh_source kepu)"; words=(kepu cra); CURRENT=2; _kepu_completion',
    "fish": '_KEPU_COMPLETE=fish_source kepu | source; complete -C "kepu cra"',
}


@pytest.mark.parametrize("shell", COMPLETED)
def test_shells_complete_command_names(
    shell: str, environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    ours = environment(PATH=f"{KEPU.parent}:{os.environ['PATH']}", HOME=str(tmp_path))
    done = subprocess.run(
        [shell, "-c", COMPLETED[shell]], env=ours, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[0] == "crawl" or "crawl:" in done.stdout, done.stderr


@pytest.mark.parametrize("command", [["rebuild"], ["merge", "other.db"]])
def test_ctrl_c_on_a_terminal_is_one_line_and_130(
    command: list[str],
    environment: Callable[..., dict[str, str]],
    tmp_path: Path,
    article: Callable[..., Article],
) -> None:
    # Opening the archive waits, as a long command would.
    hook = tmp_path / "sitecustomize.py"
    hook.write_text(
        "import archive.sqlite_errors, contextlib, time\n"
        "@contextlib.contextmanager\n"
        "def explained(path):\n"
        "    open('waiting', 'w').close()\n"
        "    time.sleep(60)\n"
        "    yield\n"
        "archive.sqlite_errors.explained = explained\n"
    )
    for name in ("kepu.db", "other.db"):
        with Store(tmp_path / name) as made:
            made.put(article(1))
    ours, theirs = pty.openpty()
    process = Popen(
        [KEPU, *command, "--db", "kepu.db"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
    )
    os.close(theirs)
    deadline = time.monotonic() + 120
    while not (tmp_path / "waiting").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert "kepu: interrupted" in said
    assert "Traceback" not in said
