"""`make messages`: bring the catalogue in step with the program. New texts come empty: fill them in `messages.po`.

It takes the texts of `say("…")`, the help of every command, and click's own words.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.cli import COMMANDS, main
from archive.language import LOCALE, options, paragraphs

PO = LOCALE / "zh" / "LC_MESSAGES" / "messages.po"
CHECKOUT = LOCALE.parent.parent
OF_CLICK = {
    "Usage:",
    "Options",
    "Show this message and exit.",
    "Show the version and exit.",
    "Missing command.",
}
"""Words of click's that are worth having in Chinese where nothing went wrong; those of its errors come by `_(`."""


def texts() -> Iterator[str]:
    """Yield every text that the program may say."""
    for folder in ("archive", "crawler"):
        for _, _, text, _, _ in extract_from_dir(CHECKOUT / folder, keywords={"say": None}):
            yield text if isinstance(text, str) else text[0]
    for section, commands in COMMANDS.items():
        yield section
        yield from commands.values()
    context = click.Context(main)
    for command in [main, *(main.get_command(context, name) for name in main.list_commands(context))]:
        assert command is not None
        yield from (text for text in paragraphs(command) if not text.startswith("\b"))
        yield from (option.help or "" for option in options(command))
    yield from OF_CLICK


def catalogue() -> Catalog:
    """Return the catalogue as the program has it, with the translations that the file has."""
    with PO.open("rb") as file:
        known = read_po(file, locale="zh")
    fresh = Catalog(locale="zh")
    for text in sorted(set(texts())):
        before = known.get(text)
        fresh.add(text, before.string if before is not None else "")
    return fresh


def po_bytes(found: Catalog) -> bytes:
    """Return the file of a catalogue, the same bytes for the same texts."""
    out = io.BytesIO()
    write_po(out, found, omit_header=True, width=110, sort_output=True)
    return HEADER + out.getvalue()


HEADER = """\
# What kepu says, in Chinese. `make messages` brings this file in step and makes messages.mo of it.
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

""".encode()


def mo_bytes(po: bytes) -> bytes:
    """Return the `.mo` of a `.po`."""
    out = io.BytesIO()
    write_mo(out, read_po(io.BytesIO(po), locale="zh"))
    return out.getvalue()


def update(path: Path = PO) -> int:
    """Write both files; return how many texts have no Chinese yet."""
    found = catalogue()
    po = po_bytes(found)
    path.write_bytes(po)
    path.with_suffix(".mo").write_bytes(mo_bytes(po))
    return sum(1 for message in found if message.id and not message.string)


if __name__ == "__main__":
    print(f"{PO}: {update()} texts without Chinese")
