"""Messages in the user's language, Chinese or English.

The English text is the key; `kepu/locale/zh/LC_MESSAGES/messages.po` has the Chinese, and `make messages` compiles it
to the `.mo` beside it, which gettext reads. click's own texts come from the same catalogue. The language is that of
`KEPU_LANG` or else of the locale: LANGUAGE, LC_ALL, LC_MESSAGES, LANG, in gettext's order.
"""

import gettext
import inspect
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import click

LOCALE = Path(__file__).parent / "locale"
"""Folder of the translations."""


def begin() -> None:
    """Register the catalogue with gettext; call this once, before any message."""
    if language := os.environ.get("KEPU_LANG"):
        os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", LOCALE)


def language() -> str:
    """Return `zh` if the user's language is Chinese, else `en`."""
    return "zh" if gettext.find("messages", LOCALE) else "en"


def say(text: str, /, **values: object) -> str:
    """Return the text in the user's language, with its `{names}` filled in."""
    said = gettext.gettext(text) if text else ""
    return in_number(said, values).format(**values) if values else said


_COUNTED = re.compile(
    r"\{(?P<name>\w+)(?::,)?\} (?:(?:new|or|changed|near|lone|control|more|leftover|WARC) )*"
    r"(?P<noun>(?!(?:is|was|as|its|has|less)\b)[a-z]{2,}s|URLs)\b(?! and )"
    r"(?P<verb>(?: of \{\w+\})?(?: that)? (?:are|were|have|wait|belong)\b)?"
)
_VERBS = {"are": "is", "were": "was", "have": "has", "wait": "waits", "belong": "belongs"}


def in_number(template: str, values: Mapping[str, object]) -> str:
    """Return an English template with nouns in the singular after a count of one: `{n} articles` → `{n} article`.

    The verb after such a noun is changed too. Chinese templates are not changed.
    """

    def mended(found: re.Match[str]) -> str:
        if values.get(found["name"]) != 1:
            return found[0]
        start = found.start()
        text = found[0][: found.start("noun") - start] + _singular(found["noun"])
        verb = found["verb"]
        return text + (verb.rpartition(" ")[0] + " " + _VERBS[verb.rpartition(" ")[2]] if verb else "")

    return _COUNTED.sub(mended, template)


def _singular(noun: str) -> str:
    return noun[:-3] + "y" if noun.endswith("ies") else noun[:-1]


class Text(str):
    """An English message with its values filled in, which remembers its template, so that `said` can translate it."""

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Create the text from a template and the values of its names."""
        made = super().__new__(cls, in_number(template, values).format(**values) if values else template)
        made.template, made.values = template, values
        return made


def said(text: str) -> str:
    """Return a `Text`, with the texts among its values, in the user's language; return any other string unchanged."""
    if not isinstance(text, Text):
        return text
    values = {name: said(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return say(text.template, **values)


COMMA, SEMICOLON = Text(", "), Text("; ")
"""Separators of `joined`, which are translated."""


def joined(texts: Iterable[str], between: Text = SEMICOLON) -> Text:
    """Return several texts as one text with a separator between them; `said` can still translate its parts."""
    values = {f"text{n}": text for n, text in enumerate(texts)}
    return Text("{between}".join(f"{{{name}}}" for name in values), between=between, **values)


def text_of(error: Exception) -> str:
    """Return the message of an error, as a `Text` if the error was created with one."""
    return error.args[0] if error.args and isinstance(error.args[0], Text) else str(error)


def table(rows: Sequence[Sequence[str]], is_number: Sequence[bool]) -> list[str]:
    """Return the lines of a table for a terminal, with two spaces between columns.

    `rows` begins with the names of the columns; all have the same length. `is_number` says of each column whether its
    cells are aligned to the right.
    """
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            (right if number else left)(cell, size)
            for cell, size, number in zip(row, sizes, is_number, strict=True)
        ).rstrip()
        for row in rows
    ]


def right(text: str, columns: int) -> str:
    """Return a text with spaces in front, so that it takes `columns` terminal columns."""
    return " " * (columns - width(text)) + text


def left(text: str, columns: int) -> str:
    """Return a text followed by spaces, so that it takes `columns` terminal columns."""
    return text + " " * (columns - width(text))


def width(text: str) -> int:
    """Return the width of a text in terminal columns: two for a Han character."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def translate(command: click.Command) -> click.Command:
    """Translate the help of a command in place and return the command; examples are not translated."""
    if command.help:
        command.help = "\n\n".join(_said_paragraph(text) for text in paragraphs(command))
    for option in options(command):
        option.help = say(str(option.help))
    return command


def _said_paragraph(text: str) -> str:
    mark, line, rest = text.partition("Examples:" if "Examples:" in text else "Example:")
    return mark + say(line) + rest if mark == "\b\n" else say(text)


def paragraphs(command: click.Command) -> list[str]:
    """Return the paragraphs of a command's help."""
    return inspect.cleandoc(command.help or "").split("\n\n")


def options(command: click.Command) -> list[click.Option]:
    """Return the options of a command that have a help text."""
    return [param for param in command.params if isinstance(param, click.Option) and param.help]
