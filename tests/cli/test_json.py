"""Every command and mode with `--json` prints only JSON on standard output."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive.store import Store
from kepu.cli.main import main
from kepu.records import Article
from tests.conftest import Run

TEXT = "雨后的彩虹总在太阳的对面。水滴把光拆开，又送回来，站在不同地方的人看到的不是同一道彩虹。"
CALLS = [
    ["crawl", "--dry-run"],
    ["import", "PAGE"],
    ["extract", "PAGE"],
    ["search", "彩虹"],
    ["show", "n1/1"],
    ["show", "n1/1", "--diff"],
    ["show", "n1/1", "--revisions"],
    ["report"],
    ["words"],
    ["kwic", "彩虹"],
    ["collocates", "彩虹"],
    ["keyness", "2024", "2024-01"],
    ["trend", "彩虹"],
    ["sections"],
    ["gc"],
    ["coverage"],
    ["runs"],
    ["duplicates"],
    ["verify"],
    ["rebuild", "--dry-run"],
    ["backup", "COPY"],
    ["merge", "OTHER"],
    ["export", "OUT", "--accept-rights"],
    ["forget", "n1/2", "--yes", "--reason", "asked"],
]
"""One call per mode; words in capitals are paths that the fixture creates."""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the paths for the words in capitals: an archive, another one, a page."""
    folder = tmp_path_factory.mktemp("json")
    for name, numbers in (("kepu", (1, 2, 3)), ("other", (4,))):
        with Store(folder / f"{name}.db") as archive:
            for n in numbers:
                archive.put(_article(n, TEXT))
            archive.put(_article(numbers[0], TEXT + "彩虹也有圆的，只是地面挡住了一半。"))
    page = folder / "page.html"
    page.write_text(
        f'<html><head><meta charset="utf-8"><title>彩虹--科普中国--人民网</title></head><body><div class="rm_txt">'
        f'<h1>彩虹</h1><div class="channel"><div class="col-1-1">2024年01月05日 | 来源：<a href="/">人民网</a></div>'
        f'</div><div class="rm_txt_con"><p>　　{TEXT}</p><p>　　{TEXT[::-1]}</p></div></div></body></html>',
        encoding="utf-8",
    )
    return {
        "DB": str(folder / "kepu.db"),
        "OTHER": str(folder / "other.db"),
        "PAGE": str(page),
        "COPY": str(folder / "copy.db"),
        "OUT": str(folder / "out"),
        "COPY-2": str(folder / "copy-2.db"),
        "OUT-2": str(folder / "out-2"),
    }


def _article(n: int, text: str) -> Article:
    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    made = Article(id=f"n1/{n}", url=url, headline=f"彩虹 {n}", text=text + str(n))
    made.date_published = "2024-01-05"
    return made


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_standard_output_is_json(run: Run, words: dict[str, str], call: list[str]) -> None:
    db = [] if call[0] == "extract" else ["--db", words["DB"]]
    given = [*(words.get(word, word) for word in call), *db, "--json"]
    # Scrapy's reactor can run only once per process; commands without it are called in this process.
    done = run("kepu", *given) if call[0] in {"crawl", "import"} else CliRunner().invoke(main, given)
    assert done.stdout, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()], done.stderr
    assert "should not happen" not in done.stderr


def _takes(name: str, option: str) -> bool:
    """Return whether a command of `kepu` has an option."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return any(isinstance(each, click.Option) and option in each.opts for each in command.params)


AGAIN = {"COPY": "COPY-2", "OUT": "OUT-2", "n1/2": "n1/3"}
"""What a second call in the same archive must name instead."""


@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if call[0] != "crawl" and _takes(call[0], "--quiet")],
    ids=" ".join,
)
def test_json_is_printed_with_quiet_too(run: Run, words: dict[str, str], call: list[str]) -> None:
    named = (AGAIN.get(word, word) for word in call)
    given = [*(words.get(word, word) for word in named), "--db", words["DB"], "--json", "-q"]
    done = run("kepu", *given) if call[0] == "import" else CliRunner().invoke(main, given)
    assert [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize(("options", "answer"), [(["--yes"], ""), ([], "y\n")])
def test_leftover_files_are_deleted_without_prose_between_the_json(
    tmp_path: Path, options: list[str], answer: str
) -> None:
    left = tmp_path / "kepu.db.before-1"
    left.touch()
    done = CliRunner().invoke(
        main, ["gc", "--db", str(tmp_path / "kepu.db"), "--remove", "--json", *options], answer
    )
    assert [each["path"] for each in json.loads(done.stdout)] == [str(left)]
    assert not left.exists()
    assert "1 leftover file deleted" in done.stderr


def test_every_command_with_json_is_called_above() -> None:
    named = {name for name in main.list_commands(click.Context(main)) if _takes(name, "--json")}
    assert named - {call[0] for call in CALLS} <= LEFT


LEFT = {"doctor", "restore", "batch"}
"""Commands whose JSON other tests parse: they need a server, a lost archive, shards."""
