"""Chinese or English: what the program says, in the language of the person who runs it.

The English text is the key; `archive/locale/zh/LC_MESSAGES/messages.po` has the Chinese, and `make messages` the
`.mo` beside it, which gettext reads. click's own words come from the same catalogue. The language is that of
`KEPU_LANG` or else of the locale: LANGUAGE, LC_ALL, LC_MESSAGES, LANG, in gettext's order.
"""

import gettext
import inspect
import os
from pathlib import Path

import click

LOCALE = Path(__file__).parent / "locale"


def begin() -> None:
    """Let gettext find our catalogue; called once, before anything is said."""
    if language := os.environ.get("KEPU_LANG"):
        os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", LOCALE)


def language() -> str:
    """Return `zh` where the person reads Chinese, else `en`."""
    return "zh" if gettext.find("messages", LOCALE) else "en"


def say(text: str, /, **values: object) -> str:
    """Return the text in the person's language, its `{names}` filled in."""
    said = gettext.gettext(text) if text else ""
    return said.format(**values) if values else said


def translate(command: click.Command) -> click.Command:
    """Return the command with its help in the person's language; examples stay as they are."""
    if command.help:
        command.help = "\n\n".join(say(text) for text in paragraphs(command))
    for option in options(command):
        option.help = say(str(option.help))
    return command


def paragraphs(command: click.Command) -> list[str]:
    """Return the paragraphs of a command's help."""
    return inspect.cleandoc(command.help or "").split("\n\n")


def options(command: click.Command) -> list[click.Option]:
    """Return the options of a command that have help."""
    return [param for param in command.params if isinstance(param, click.Option) and param.help]
