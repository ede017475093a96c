"""Options of the commands that count words, and the output of their tables."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kepu.cli.shared_options import FILTERS, as_json, database, quiet
from kepu.messages import say

if TYPE_CHECKING:
    from archive.corpus.corpus_tables import CorpusTable
    from archive.corpus.selected_articles import CountOptions, Selected
    from archive.filters import Selection

_KEPT = (
    click.option("--duplicates", is_flag=True, help="Also count copies and reposts."),
    click.option(
        "--complete-only", is_flag=True, help="Leave out articles that lack parts, text or letters."
    ),
)
_COUNTING = (
    click.option("--headline", is_flag=True, help="Count headlines too."),
    click.option("--no-dateline", is_flag=True, help="Leave out datelines (新华社北京4月24日电)."),
    click.option("--punctuation", is_flag=True, help="Count punctuation marks as tokens."),
)
_PRINTING = (
    click.option("--csv", "as_csv", is_flag=True, help="Print CSV; what was counted goes to standard error."),
    as_json,
    quiet,
)


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of counting commands: the archive, the filters of exports, what to count, and the output."""
    for option in reversed((database, *FILTERS, *_KEPT, *_COUNTING, *_PRINTING)):
        command = option(command)
    return command


def comparing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same options without the filters, for commands with filters of their own."""
    for option in reversed((database, *_KEPT, *_COUNTING, *_PRINTING)):
        command = option(command)
    return command


def counting(options: dict[str, Any]) -> "CountOptions":
    """Remove the options about what is counted from a command's options, and return them."""
    from archive.corpus.selected_articles import CountOptions

    return CountOptions(options.pop("headline"), not options.pop("no_dateline"), options.pop("punctuation"))


def selection(options: dict[str, Any]) -> "Selection":
    """Remove the filters from a command's options, and return them. Raises BadSelection."""
    from archive.filters import Selection

    names = ("since", "until", "sections", "sources", "layouts", "duplicates", "complete_only")
    return Selection(**{name: options.pop(name) for name in names if name in options})


def selected(db: Path, options: dict[str, Any]) -> "Selected":
    """Return the articles to count over; show progress if they must be split into words first.

    The options that are used are removed from `options`. Raises BadSelection, and NothingFits if no article matches.
    """
    from archive.corpus.selected_articles import select_some
    from kepu.progress import Progress

    with Progress(quiet=options["quiet"]) as shown:
        return select_some(db, selection(options), counting(options), shown.tell)


def show(table: "CorpusTable", options: dict[str, Any], *, more: str = "") -> None:
    """Print a table in the requested form; `more` is a line about what the table leaves out."""
    if options["as_json"]:
        import orjson

        click.echo(orjson.dumps({"facts": table.facts, "rows": table.records()}).decode())
        return
    about = (
        [] if options["quiet"] else [*described(table.facts), *filter(None, [more]), *_of_absent(table.facts)]
    )
    for line in about:
        click.echo(f"# {line}", err=options["as_csv"])
    if options["as_csv"]:
        click.echo(table.csv(), nl=False)
    else:
        for line in table.lines():
            click.echo(line)


def described(facts: dict[str, Any]) -> list[str]:
    """Return lines on the articles that a table was counted over, its tokenizer, the archive, and its arguments."""
    tokenizer, archive = facts["tokenizer"], facts["archive"]
    lines = (
        [_over(facts)] if "tokens" in facts else [f"{name.upper()}: {_over(facts[name])}" for name in "ab"]
    )
    names = tokenizer["names_sha256"]
    tool = "{name} {version} hmm=off dictionary={dictionary} rules={rules} names={names}".format(
        name=tokenizer["name"],
        version=tokenizer["version"],
        dictionary=(tokenizer["dictionary_sha256"] or "?")[:12],
        rules=tokenizer["rules_version"],
        names=names[:12] if names else "-",
    )
    lines.append(say("tokenizer: {tool}", tool=tool))
    values = {"n": archive["articles"], "day": archive["latest"] or "-", "state": archive["state"][:12]}
    lines.append(say("archive: {n:,} articles, the last of {day}, state {state}", **values))
    known = {"tokens", "documents", "selection", "tokenizer", "archive", "a", "b", "longer_words"}
    arguments = [
        f"{name}={value}" for name, value in facts.items() if name not in known and value is not None
    ]
    return [*lines, " ".join(arguments)]


def _of_absent(facts: dict[str, Any]) -> list[str]:
    """Return a line for each query without occurrences, with the longer words that contain it."""
    lines = []
    for query, longer in facts.get("longer_words", {}).items():
        if longer:
            words = say(", ").join(longer)
            line = say(
                "{query}: no hits. A query matches whole words, without wildcards. Words that contain it: {words}",
                query=query,
                words=words,
            )
        else:
            line = say("{query}: no hits, and no longer word contains it.", query=query)
        lines.append(line)
    return lines


def _over(facts: dict[str, Any]) -> str:
    meant = " ".join(f"{name}={_value(value)}" for name, value in facts["selection"].items())
    values = {"tokens": facts["tokens"], "documents": facts["documents"], "selection": meant}
    return say("{tokens:,} tokens in {documents:,} documents; selection: {selection}", **values)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, (list, tuple)) else str(value)
