"""`make messages`: update the catalogue of messages. New messages have no translation yet: add it in `messages.po`.

The catalogue has the texts of `say("…")` and `Text("…")`, the help of every command, and some of click's own texts.
"""

import ast
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.coverage import STATES as COUNTED
from kepu import errors
from kepu.cli.main import COMMANDS, main
from kepu.messages import LOCALE, options, paragraphs

PO = LOCALE / "zh" / "LC_MESSAGES" / "messages.po"
CHECKOUT = LOCALE.parent.parent
"""Folder of the repository."""
OF_CLICK = {
    "Usage:",
    "Options",
    "Show this message and exit.",
    "Show the version and exit.",
    "Missing command.",
    "Error: {message}",
    "Try '{command} {option}' for help.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "No such option {name!r}.",
    "No such command {name!r}.",
    "Aborted!",
    "default: {default}",
    "env var: {var}",
}
"""Texts of click to translate: parts of help pages, and the frames of its error messages."""

HEADINGS = {"Example:", "Examples:"}
"""Headings of the examples of a command; the examples themselves are not translated."""
OF_THE_RUNS = {"started", "spider", "outcome", "requests", "new", "changed", "failed"}
"""Column headings of the report's table of runs."""
OF_STATES = {"unchanged", "duplicate", "pending", "fetched", "candidate", "dropped", *COUNTED}
"""States of articles and URLs."""


@cache
def trees() -> list[ast.Module]:
    """Return the syntax trees of the program's modules."""
    return [
        ast.parse(path.read_text("utf-8"))
        for folder in ("kepu", "crawler", "pipelines", "archive", "demo")
        for path in sorted((CHECKOUT / folder).rglob("*.py"))
    ]


@cache
def error_names() -> set[str]:
    """Return the names of all error classes whose first argument is a message."""
    shared = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)
    }
    return shared | {
        node.name
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == "ArchiveError" for b in node.bases)
    }


def messages_in(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of `say("…")` and `Text("…")` in a module, also within f-strings, and of errors."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("say" | "Text"), args=[ast.Constant(str(text)), *_]) if text:
                yield text
            case ast.Call(func=ast.Name(name), args=[ast.Constant(str(text))]) if name in error_names():
                yield text


def texts() -> Iterator[str]:
    """Yield every message of the program."""
    for tree in trees():
        yield from messages_in(tree)
    for section, commands in COMMANDS.items():
        yield section
        yield from commands.values()
    for command in commands_of(main):
        yield from (text for text in paragraphs(command) if not text.startswith("\b"))
        yield from (option.help or "" for option in options(command))
    yield from OF_CLICK | HEADINGS
    yield from OF_THE_RUNS | OF_STATES


def commands_of(command: click.Command) -> Iterator[click.Command]:
    """Yield a command and all below it."""
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands_of(below)


def catalogue(path: Path = PO) -> Catalog:
    """Return a catalogue of all messages of the program, with the translations in the PO file at `path`."""
    with path.open("rb") as file:
        known = read_po(file, locale="zh")
    fresh = Catalog(locale="zh")
    for text in sorted(set(texts())):
        before = known.get(text)
        fresh.add(text, before.string if before is not None else "")
    return fresh


def po_bytes(found: Catalog) -> bytes:
    """Return a catalogue as the bytes of a PO file; equal catalogues give equal bytes."""
    out = io.BytesIO()
    write_po(out, found, omit_header=True, width=110, sort_output=True)
    return HEADER + out.getvalue()


HEADER = b"""\
# What kepu says, in Chinese. `make messages` brings this file in step and makes messages.mo of it.
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

"""


UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Date in the header of the PO file, fixed so that equal catalogues give equal bytes."""


def mo_bytes(po: bytes) -> bytes:
    """Compile the bytes of a PO file to those of an MO file."""
    out = io.BytesIO()
    found = read_po(io.BytesIO(po), locale="zh")
    found.creation_date = found.revision_date = UNDATED
    write_mo(out, found)
    return out.getvalue()


def update(path: Path = PO) -> int:
    """Update the PO file at `path` and write the MO file beside it; return the number of untranslated messages."""
    found = catalogue(path)
    po = po_bytes(found)
    path.write_bytes(po)
    path.with_suffix(".mo").write_bytes(mo_bytes(po))
    return sum(1 for message in found if message.id and not message.string)


if __name__ == "__main__":
    print(f"{PO}: {update()} texts without Chinese")
