"""The command `kepu`: the list of its subcommands, and how each of them ends.

A subcommand is defined in the module of its name in `kepu/cli/`, which is imported only when the subcommand is called;
`kepu --help` reads only the list below.
"""

import difflib
import importlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kepu import kepu_toml
from kepu.cli.help_layout import WideContext, lay_out
from kepu.error_line import print_error
from kepu.errors import ArchiveError
from kepu.exit_status import OF_CODE, Status
from kepu.fast_start import import_sqlite_utils
from kepu.file_errors import denied
from kepu.messages import Text, begin, say, translate

COMMANDS = {
    "Fill an archive": {
        "init": "Write a commented kepu.toml.",
        "crawl": "Crawl the channel: what is new and what is due.",
        "import": "Import saved pages, text dumps, and WARC files of other crawlers.",
    },
    "Look at it": {
        "search": "Find articles by their words.",
        "show": "Show an article, its versions, its capture.",
        "serve": "Open it in a browser.",
        "report": "Write one page of charts of what is in it.",
        "coverage": "Show what is archived, what failed, and where gaps are.",
        "runs": "List the last runs: when, how each ended, what it did.",
        "sections": "List the channel's sections; pin, drop or add them.",
        "duplicates": "Find reposts and edited versions.",
    },
    "Count its words": {
        "words": "Count words, characters, and sequences of them.",
        "kwic": "Show every occurrence of a word with its context.",
        "collocates": "Show which words occur near a word.",
        "keyness": "Compare the words of two selections.",
        "trend": "Show how often a word is used, by month.",
    },
    "Use it elsewhere": {
        "export": "Write it as JSONL, CSV, Parquet, or for Hugging Face.",
    },
    "Keep it whole": {
        "verify": "Check that the archive is intact.",
        "rebuild": "Re-extract all articles from their captures.",
        "backup": "Copy it, also while a crawl writes to it.",
        "restore": "Restore it from a backup, the JSONL or WARC files.",
        "merge": "Add another archive's articles to it.",
        "forget": "Remove articles from it permanently.",
        "gc": "List leftover files beside it, and delete them with --remove.",
    },
    "Try things out": {
        "doctor": "Try each source of the channel once.",
        "extract": "Print the record extracted from a saved page.",
    },
    "Beyond one machine": {
        "batch": "Rebuild, duplicates and exports over shards, by Dask.",
        "shards": "Assign channels to machines, and crawl them by Dask.",
    },
}
"""Map each section of the help to its commands, and each command to one line on what it does."""

WRITING = frozenset({"crawl", "import", "rebuild", "merge", "restore", "backup", "export", "batch", "shards"})
"""Commands that continue where they were interrupted when they are run again."""

INTERRUPTED = Text("interrupted")
"""What is printed after Ctrl-C."""
RESUMES = Text("interrupted; run the same command again to resume")
"""What is printed after Ctrl-C if the command resumes when it is run again."""

STATUSES = {
    Status.OK: Text("done"),
    Status.FAILED: Text("failed; the line on standard error says why"),
    Status.USAGE: Text("the command line or a setting is wrong"),
    Status.NOTHING_NEW: Text("nothing new"),
    Status.BUDGET: Text("stopped at its budget, limit or hours"),
    Status.DEGRADED: Text("an alarm: the site may have changed a template"),
    Status.REFUSED: Text("the site refuses, or robots.txt forbids"),
    Status.DISK_FULL: Text("the disk is full"),
    Status.LOCKED: Text("another process writes to the archive"),
    Status.UNREACHABLE: Text("no host answered"),
    Status.INTERRUPTED: Text("interrupted"),
}
"""What each exit status means; `kepu --help` ends with them."""

MODULE = {"import": "import_"}
"""Map a command whose name is a keyword of Python to the name of its module."""


class Kepu(click.Group):
    """The group of all commands in COMMANDS; it turns errors into one line and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of COMMANDS."""
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or return None if there is no command of that name."""
        if cmd_name == "help":
            return help_of
        if cmd_name not in self.list_commands(ctx):
            return None
        module = MODULE.get(cmd_name, cmd_name)
        import_sqlite_utils()
        command = getattr(importlib.import_module(f"kepu.cli.{module}"), module)
        assert isinstance(command, click.Command)
        return lay_out(translate(command))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; for an unknown one, fail with the most similar name."""
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if self.get_command(ctx, args[0]) is None and near:
            ctx.fail(say("No such command {name!r}: did you mean {near!r}?", name=args[0], near=near[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their sections, without importing any."""
        for section, commands in COMMANDS.items():
            with formatter.section(say(section)):
                formatter.write_dl([(name, say(text)) for name, text in commands.items()])
        with formatter.section(say("Exit statuses")):
            formatter.write_dl([(str(int(status)), say(text)) for status, text in STATUSES.items()])

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line; a usage error is printed as one line, in the form of all other errors."""
        parse: Callable[..., Any] = super().main
        if not standalone_mode:
            return parse(*args, standalone_mode=False, **extra)
        try:
            status = parse(*args, standalone_mode=False, **extra)
        except click.UsageError as error:
            click.echo(f"kepu: {_with_help(error)}", err=True)
            sys.exit(error.exit_code)
        except click.ClickException as error:
            click.echo(f"kepu: {error.format_message()}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("\nkepu: " + say(INTERRUPTED), err=True)
            sys.exit(int(Status.INTERRUPTED))
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error is printed as one line, or as a traceback with --debug."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort):
            if ctx.params["debug"]:
                raise
            text = RESUMES if ctx.invoked_subcommand in WRITING else INTERRUPTED
            click.echo("\nkepu: " + say(text), err=True)
            ctx.exit(130)
        except BrokenPipeError:
            # `kepu … | head` closes the pipe before the end, which is not an error.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except ArchiveError as error:
            if ctx.params["debug"]:
                raise
            print_error(error.said())
            ctx.exit(int(OF_CODE.get(error.code, Status.FAILED)))
        except Exception as error:
            if ctx.params["debug"]:
                raise
            if (explained := denied(error) or _damaged_row(error) or _of_sqlite(error)) is not None:
                print_error(explained.said())
                ctx.exit(int(OF_CODE.get(explained.code, Status.FAILED)))
            advice = say("This should not happen: `kepu --debug …` shows where.")
            print_error(f"{type(error).__name__}: {error}. {advice}")
            ctx.exit(1)


def _with_help(error: click.UsageError) -> str:
    """Return the message of a usage error, with the help page to read."""
    command = error.ctx.command_path if error.ctx is not None else "kepu"
    message = (
        error.format_message().strip().removesuffix(".")
    )  # some of click's messages end with a full stop
    if message.endswith(("?", "!", "。", "？", "！")):
        return say("{message} See `{command} --help`.", message=message, command=command)
    return say("{message}. See `{command} --help`.", message=message, command=command)


def _damaged_row(error: Exception) -> ArchiveError | None:
    """Return the error that names the damaged row if an error was caused by invalid JSON in the archive; else None."""
    import sqlite3
    from json import JSONDecodeError

    from archive.sqlite_codes import may_be_malformed_json

    is_of_sqlite = isinstance(error, sqlite3.Error) and may_be_malformed_json(error)
    path = _archive_of(sys.argv)
    if path is None or not (is_of_sqlite or isinstance(error, JSONDecodeError)):
        return None
    from archive.malformed_json import named

    return named(path)


def _of_sqlite(error: Exception) -> ArchiveError | None:
    """Return the error that says what to do if SQLite raised an error outside an open archive; else None."""
    import sqlite3

    if not isinstance(error, sqlite3.Error):
        return None
    from archive.readonly import DEFAULT_PATH
    from archive.sqlite_errors import explain_anywhere

    return explain_anywhere(error, _archive_of(sys.argv) or DEFAULT_PATH)


def _archive_of(words: list[str]) -> Path | None:
    """Return the path of the archive on a command line, if it exists; else None."""
    from archive.readonly import DEFAULT_PATH

    given = [words[n + 1] for n, word in enumerate(words[:-1]) if word == "--db"]
    given += [word.removeprefix("--db=") for word in words if word.startswith("--db=")]
    path = Path(given[-1] if given else os.environ.get("KEPU_DB") or DEFAULT_PATH)
    return path if os.path.exists(path) else None  # noqa: PTH110  path.exists() raises PermissionError in a closed folder


@click.command("help")
@click.argument("command", required=False)
@click.pass_context
def help_of(ctx: click.Context, command: str | None) -> None:
    """Print the help of `kepu` or of one of its commands."""
    top = ctx.find_root()
    if command is None:
        click.echo(top.get_help())
        return
    group = top.command
    assert isinstance(group, Kepu)
    _, found, _ = group.resolve_command(top, [command])
    assert found is not None
    click.echo(found.get_help(WideContext(found, info_name=f"{top.info_name} {command}")))


@click.group(
    cls=Kepu,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "KEPU",
        "max_content_width": 100,
    },
)
@click.version_option(None, "-V", "--version", package_name="kepu-archive", prog_name="kepu")
@click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    envvar="KEPU_CONFIG",
    show_envvar=True,
    help="Settings file.  [default: ./kepu.toml]",
)
@click.option(
    "--debug", is_flag=True, envvar="KEPU_DEBUG", show_envvar=True, help="Show the traceback of errors."
)
@click.pass_context
def main(ctx: click.Context, config_file: Path | None, debug: bool) -> None:
    """Crawl 人民网科普中国 politely and keep its articles, complete and clean, in SQLite and JSONL.

    Every option can also be set in kepu.toml (`kepu init` writes one) or in the environment: --budget of crawl is
    KEPU_CRAWL_BUDGET. `kepu COMMAND --help` shows examples.
    """
    command = ctx.command
    assert isinstance(command, Kepu)
    if config_file is not None:
        os.environ["KEPU_CONFIG"] = str(config_file)  # crawler/settings_sources.py reads the same file
    ctx.default_map = kepu_toml.defaults(
        config_file, command.list_commands(ctx), lambda name: command.get_command(ctx, name)
    )


def run() -> None:
    """Run `kepu` in the user's language."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal's charset, such as GBK, may lack a character
    begin()
    lay_out(translate(main))
    main()


if __name__ == "__main__":
    run()
