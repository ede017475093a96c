"""Wrap help pages by terminal columns, of which a Han character takes two.

click counts characters, so a line of Chinese would be up to twice as wide as the terminal. Lines break by the rules of
Chinese typesetting: no line begins with closing punctuation or ends with opening punctuation.
"""

import re
from collections.abc import Iterable, Iterator

import click

from kepu.messages import Text, language, left, say, translate, width

CLOSING = "，。；：？！、）》」』】”’…％"
"""Punctuation that must not begin a line."""
OPENING = "（《「『【“‘"
"""Punctuation that must not end a line."""
GAP = 2
"""Number of spaces between the two columns of a list."""

MOST_TERM = 30
"""Maximum width of the first column of a list, in terminal columns."""

METAVARS = (Text("TEXT"), Text("INTEGER RANGE"), Text("INTEGER"), Text("FLOAT RANGE"), Text("FLOAT"))
"""Placeholders for the value of an option that click derives from its type."""


def pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a text between which a line may break: words and Han characters, with their punctuation.

    White space is part of the piece before it.
    """
    word = ""
    for piece in re.findall(r"\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+", text):
        opened = word.rstrip()[-1:]
        if word and (piece.isspace() or piece[0] in CLOSING or (opened and opened in OPENING)):
            word += piece
            continue
        if word:
            yield word
        word = piece
    if word:
        yield word


def wrapped(text: str, columns: int) -> list[str]:
    """Return a paragraph as lines of at most `columns` columns; a wider single piece gets a line of its own."""
    lines, line = [], ""
    for piece in pieces(" ".join(text.split())):
        if line and width((line + piece).rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


class WideFormatter(click.HelpFormatter):
    """click's help formatter, which here measures text in terminal columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line, without a space after a full-width colon."""
        prefix = prefix if prefix is not None else f"{say('Usage:')} "
        if prefix.endswith("： "):
            prefix = prefix[:-1]
        lines = wrapped(f"{prog} {args}", max(20, self.width - self.current_indent - width(prefix)))
        blanks = " " * width(prefix)
        for n, line in enumerate(lines):
            self.write(f"{'':>{self.current_indent}}{blanks if n else prefix}{line}\n")

    def write_heading(self, heading: str) -> None:
        """Write a heading with the colon of the user's language."""
        colon = "：" if language() == "zh" else ":"
        self.write(f"{'':>{self.current_indent}}{heading}{colon}\n")

    def write_text(self, text: str) -> None:
        r"""Write paragraphs wrapped, except that a paragraph beginning with \b keeps its line breaks."""
        indent = " " * self.current_indent
        blocks = re.split(r"\n\s*\n", text.strip("\n"))
        for n, block in enumerate(blocks):
            if n:
                self.write("\n")
            if block.lstrip().startswith("\b"):
                lines = [line for line in block.splitlines() if line.strip() != "\b"]
            else:
                lines = wrapped(block, self.width - self.current_indent)
            for line in lines:
                self.write(f"{indent}{line.rstrip()}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = MOST_TERM, col_spacing: int = GAP
    ) -> None:
        """Write a list of two columns."""
        shown = [(_term(term), _extras(text)) for term, text in rows]
        first = min(max((width(term) for term, _ in shown), default=0), col_max) + col_spacing
        room = max(self.width - self.current_indent - first, 20)
        for term, text in shown:
            lines = wrapped(text, room)
            head = left(term, first) if width(term) <= first - col_spacing else term + "\n"
            self.write(" " * self.current_indent + head)
            self._rest(lines, first, begun=not head.endswith("\n"))

    def _rest(self, lines: Iterable[str], first: int, *, begun: bool) -> None:
        blanks = " " * (self.current_indent + first)
        written = False
        for n, line in enumerate(lines):
            self.write(f"{'' if begun and n == 0 else blanks}{line}\n")
            written = True
        if begun and not written:
            self.write("\n")


def _term(term: str) -> str:
    """Return an option with the placeholder for its value in the user's language."""
    for name in METAVARS:
        if term.endswith(f" {name}"):
            return term.removesuffix(name) + say(name.template)
    return term


def _extras(text: str) -> str:
    """Return a help text whose bracketed part (default, environment) has the punctuation of the user's language."""
    head, mark, extras = text.rpartition("  [")
    return f"{head} [{extras.replace('; ', '；')}" if mark and language() == "zh" else text


class WideContext(click.Context):
    """A context whose help is formatted by WideFormatter."""

    formatter_class = WideFormatter


def lay_out(command: click.Command) -> click.Command:
    """Make a command and its subcommands use WideContext for their help; return the command."""
    command.context_class = WideContext
    command.options_metavar = say("[OPTIONS]")
    if isinstance(command, click.Group):
        command.subcommand_metavar = say("COMMAND [ARGS]...")
        for below in command.commands.values():
            lay_out(below)
    return command


class TranslatedGroup(click.Group):
    """A group of subcommands whose help is in the user's language."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a subcommand with translated help, or None if there is none of that name."""
        found = super().get_command(ctx, cmd_name)
        return found and lay_out(translate(found))
