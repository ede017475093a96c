"""Help pages fit the terminal in both languages; usage errors are one line; nouns agree with their counts."""

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kepu.cli.help_layout import CLOSING, OPENING, WideContext, pieces, wrapped
from kepu.cli.main import main
from kepu.messages import Text, say, width

Run = Callable[..., CompletedProcess[str]]


@example("aaaaaaaa。。。。《 《", 20)
@example("aaaaaaaa 。。。。。。", 20)
@given(st.text(alphabet="正文存档，。（）“”《》ab -c/。", max_size=200), st.integers(20, 60))
def test_wrapped_text_is_complete_and_fits(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert width(line) <= columns or len(list(pieces(line))) == 1
    assert not any(line[0] in CLOSING for line in lines[1:])
    assert not any(line[-1] in OPENING for line in lines[:-1])


def helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    context = WideContext(command, info_name=name, terminal_width=80)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from helps(found, f"{name} {below}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_of_help_is_wider_than_the_terminal(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    pages = list(helps(main, "kepu"))
    assert len(pages) > 30
    for name, page in pages:
        for line in page.splitlines():
            fits = width(line) <= 80
            assert fits or line.startswith(("    kepu ", "      kepu ", "    scrapy")) or "|" in line, (
                name,
                line,
            )


@pytest.mark.parametrize(
    "arguments",
    ["nope", "export", "crawl --limit x", "crawl --nosuch", "show", "kwic", "--nosuch", "sections --pin http://x",
     "show n1/1 --db {tmp}/no.db", "export out --format csv --files nope"],
)  # fmt: skip
def test_usage_errors_are_one_line_of_the_same_form(arguments: str, tmp_path: Path) -> None:
    told = io.StringIO()
    with redirect_stderr(told), pytest.raises(SystemExit) as end:
        main(arguments.format(tmp=tmp_path).split())
    assert end.value.code not in (0, None)
    assert told.getvalue().startswith("kepu: ")
    assert told.getvalue().count("\n") == 1


def test_only_commands_that_fill_an_archive_create_one(run: Run, tmp_path: Path) -> None:
    for command in ("search 冰", "sections --pin http://x", "sections --add http://kpzg.people.com.cn/GB/404390/",
                    "duplicates", "words", "verify --repair", "forget n1/1 --reason x", "rebuild"):  # fmt: skip
        done = run("kepu", *command.split(), "--db", tmp_path / "data" / "kepu.db", LANGUAGE="en")
        assert done.returncode != 0, command
        assert "no archive" in done.stderr, command
        assert list(tmp_path.iterdir()) == [], command


@pytest.mark.parametrize(
    ("template", "one", "two"),
    [
        ("{n} articles", "1 article", "2 articles"),
        ("{n:,} summaries of it", "1 summary of it", "2 summaries of it"),
        ("{n} new or changed articles are not searched", "1 new or changed article is not searched",
         "2 new or changed articles are not searched"),
        ("not complete: {n} URLs are left", "not complete: 1 URL is left", "not complete: 2 URLs are left"),
        ("line {n} is of no row", "line 1 is of no row", "line 2 is of no row"),
        ("{n} captures of {n} were adopted", "1 capture of 1 was adopted", "2 captures of 2 were adopted"),
        ("{n} more minutes", "1 more minute", "2 more minutes"),
        ("新增 {n} 篇", "新增 1 篇", "新增 2 篇"),
    ],
)  # fmt: skip
def test_nouns_after_a_count_are_singular_or_plural(template: str, one: str, two: str) -> None:
    assert (say(template, n=1), say(template, n=2)) == (one, two)
    assert (str(Text(template, n=1)), str(Text(template, n=2))) == (one, two)


def test_the_settings_file_is_in_the_users_language(run: Run, tmp_path: Path) -> None:
    for language, word in (("zh", "存档"), ("en", "archive")):
        path = tmp_path / f"{language}.toml"
        assert run("kepu", "init", path, KEPU_LANG=language).returncode == 0
        assert word in path.read_text("utf-8")
        assert run("kepu", "--config", path, "help", KEPU_LANG=language).returncode == 0
