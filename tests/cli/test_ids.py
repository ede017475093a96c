"""All commands accept the same names of an article: its id, the end of its id, or one of its URLs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.store import Store
from kepu.cli.main import main
from kepu.records import Article

COMMANDS = (
    ("show",),
    ("rebuild", "--dry-run"),
    ("duplicates",),
    ("forget", "--dry-run", "--reason", "asked"),
    ("crawl", "--mode", "recheck", "--dry-run", "--id"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_all_commands_accept_the_same_forms_of_an_id(
    tmp_path: Path, article: Callable[..., Article], command: tuple[str, ...]
) -> None:
    path = tmp_path / "kepu.db"
    made = article(40148467)
    with Store(path) as archive:
        archive.put(made)
    for name in ("n1/40148467", "40148467", made.url):
        done = CliRunner().invoke(main, [*command, str(name), "--db", str(path)])
        assert done.exit_code == 0, (name, done.output)
        assert "0 requests" not in done.output
    for name in ("n1/40148468", "40148468", str(made.url).replace("67.html", "68.html")):
        done = CliRunner().invoke(main, [*command, name, "--db", str(path)])
        assert done.exit_code == 1, (name, done.output)
        assert "the archive has no article of this" in done.output
