"""`kepu export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from archive.export.formats.format_registry import FORMATS
from kepu.cli.shared_options import as_json, as_selection, database, quiet, selection_options
from kepu.messages import COMMA, Text, joined, said, say

if TYPE_CHECKING:
    from collections import Counter

    from archive.export.export_options import ExportOptions
    from archive.export.export_stats import ExportFacts

PROFILES = ("metadata", "text", "full", "news2016zh")
"""The values of `--profile`, which are those of `export_options.Profile`."""
TEXTS = ("exact", "canonical", "sentences", "words")
"""The values of `--text`."""

SHOWN = 5
"""Maximum number of ids printed on a line; the manifest has all of them."""

RIGHTS = Text(
    "This export will hold the texts of the articles. They belong to 人民网 and the sources it names, not to you\n"
    "and not to this program: keep them for private research, and publish none of them without a written licence "
    "(--profile metadata may be published)."
)
"""The notice that is printed before texts are exported."""

PICTURE_RIGHTS = Text(
    "It will also hold pictures. They belong to their photographers and agencies, whom `credit_text` names where the\n"
    "page does, and to the publishers."
)
"""The notice that is printed before pictures are exported."""


@click.command
@click.argument("folder", metavar="DIR")
@database
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="jsonl", show_default=True)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="Which fields to include; metadata omits the texts.  [default: text; for hf, metadata]",
)
@click.option(
    "--text",
    "texts",
    type=click.Choice(TEXTS),
    multiple=True,
    help="Which texts and offsets to include; may be given several times.",
)
@click.option(
    "--words",
    "spaced",
    is_flag=True,
    help="With --format txt: put a space between words. The same as --text words.",
)
@selection_options
@click.option(
    "--duplicates", is_flag=True, help="Keep copies, reposts and edited versions, which are left out."
)
@click.option("--complete-only", is_flag=True, help="Leave out articles that lack parts, text or letters.")
@click.option(
    "--files",
    type=click.Choice(["size", "month", "year", "one"]),
    default="size",
    show_default=True,
    help="How to split the articles into files: by size, by month, by year, or not at all.",
)
@click.option("--creator", help="Who compiled this export; separate several names by `;`.")
@click.option("--doi", help="The DOI that a repository reserved for this export (10.5281/zenodo.1234567).")
@click.option("--version", help="Version of this export (1.2.0), instead of the one that kepu computes.")
@click.option("--split", help="Shares of the stories: train=.9,test=.1.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, which Excel wants.")
@click.option(
    "--pictures",
    is_flag=True,
    help="Include the stored pictures, each with its rights holder and credit line.",
)
@click.option(
    "--update",
    is_flag=True,
    help="Update the export in DIR; files without changes are not touched. Needs --files month or year.",
)
@click.option("--force", is_flag=True, help="Replace the export in DIR.")
@click.option(
    "--accept-rights", is_flag=True, help="Confirm that you know who owns the texts; skip the prompt."
)
@as_json
@quiet
def export(folder: str, db: Path, *, accept_rights: bool, as_json: bool, quiet: bool, **options: Any) -> None:
    """Write the archive to the new folder DIR, or to `-`, standard output.

    The folder appears only when it is complete, and the same archive and options give the same bytes. Copies are left
    out unless --duplicates is given.

    \b
    Examples:
      kepu export out/ --accept-rights
      kepu export hf/ --format hf --split train=.9,test=.1
      kepu export - --profile metadata --since 2024 | head
    """
    from archive.export.exporter import export as write
    from archive.export.exporter import stream
    from kepu.progress import Progress

    force, update = options.pop("force"), options.pop("update")
    plan = as_plan(options)
    if plan.has_texts and not accept_rights:
        where = f"{folder}: " if folder != "-" else ""
        ask(where)
        if plan.pictures:
            click.echo(said(PICTURE_RIGHTS), err=True)
            click.confirm(where + say("write the pictures too?"), abort=True, err=True)
    if folder == "-" and plan.has_texts:
        from archive.export.rights_gate import NOTICE_LINE

        click.echo(f"kepu: {said(NOTICE_LINE)}", err=True)
    if folder == "-":
        facts = stream(db, sys.stdout.buffer, plan)
    else:
        with Progress(quiet=quiet) as shown:
            facts = write(db, Path(folder), plan, force=force, update=update, progress=shown.tell)
    if as_json and folder != "-":
        import orjson

        click.echo(orjson.dumps(facts).decode())
    elif not quiet:
        for line in lines(facts, folder):
            click.echo(line, err=folder == "-")


def as_plan(options: dict[str, Any]) -> "ExportOptions":
    """Return the export that a command's options describe.

    Raises BadExportOptions, BadSelection, BadSample or BadIdList.
    """
    from archive.export.export_options import Credit, Profile, plan_of

    assert get_args(Profile) == PROFILES
    credit = Credit(*(options.pop(name, None) for name in ("creator", "doi", "version")))
    given = {name: options.pop(name) for name in ("profile", "texts", "files", "split", "bom")}
    given["pictures"] = options.pop("pictures", False)
    if options.pop("spaced", False):
        given["texts"] = (*given["texts"], "words")
    kind = options.pop("format_")
    return plan_of(kind, as_selection(options), **given, credit=credit)


def ask(where: str) -> None:
    """Ask whether the texts may be written, after `where`, and raise Abort if the answer is no.

    Raises RightsNotAccepted, which names the option --accept-rights, if there is no terminal to ask on.
    """
    from archive.export.rights_gate import not_accepted

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise not_accepted()
    click.echo(said(RIGHTS), err=True)
    click.confirm(where + say("write them?"), abort=True, err=True)


def lines(facts: "ExportFacts", folder: str) -> list[str]:
    """Return lines on an export: its size, what was left out and why, and what changed."""
    import orjson

    query = orjson.loads(facts.query or "{}")  # an export of shards has none
    found = _sizes(facts, folder, query.get("format")) if folder != "-" else []
    if query.get("profile") == "metadata":
        found.append(say("without the texts (--profile metadata)"))
    if facts.pictures:
        found.append(say("{n} pictures beside them", n=facts.pictures))
    if facts.left_out:
        reasons = _counted(LEFT_OUT, facts.left_out)
        are_kept = query.get("selection", {}).get("duplicates")
        kept = "" if are_kept else say(" (--duplicates keeps copies)")
        found.append(say("left out: {reasons}", reasons=reasons) + kept)
    if facts.missing:
        names = ", ".join(facts.missing[:SHOWN]) + (" …" if len(facts.missing) > SHOWN else "")
        found.append(say("not in this archive: {n} of the list ({some})", n=len(facts.missing), some=names))
    if facts.changed:
        names = ", ".join(facts.changed[:SHOWN]) + (" …" if len(facts.changed) > SHOWN else "")
        found.append(
            say("with another text than in the list: {n} ({some})", n=len(facts.changed), some=names)
        )
    if facts.withheld:
        found.append(say("withheld: {what}", what=_counted(WITHHELD, facts.withheld)))
    if facts.mended:
        found.append(say("changed to fit the format: {what}", what=_counted(MENDED, facts.mended)))
    return found


def _sizes(facts: "ExportFacts", folder: str, format_: str | None) -> list[str]:
    """Return the line on how many articles, files and bytes a folder got."""
    values = {"folder": folder, "n": facts.rows, "files": len(facts.files), "bytes": facts.bytes}
    texts = list((Path(folder) / "texts").glob("*.txt")) if format_ == "txt" else []
    if texts:
        values["bytes"] = facts.bytes + sum(file.stat().st_size for file in texts)
        return [
            say(
                "{folder}: {n} articles, a text file for each and a table of them, {bytes:,} bytes",
                **values,
            )
        ]
    if len(facts.files) == 1:
        return [say("{folder}: {n} articles in one file, {bytes:,} bytes", **values)]
    return [say("{folder}: {n} articles in {files} files, {bytes:,} bytes", **values)]


LEFT_OUT = {
    "same_text": Text("{n} with the text of another"),
    "near_duplicate": Text("{n} near duplicates"),
    "incomplete": Text("{n} incomplete"),
    "taken_down": Text("{n} taken down"),
    "split": Text("{n} between the sides of the split"),
}
"""Map each reason in `ExportFacts.left_out` to a text with the number `n` of articles."""
WITHHELD = {
    "no_capture": Text("{n} articles have no capture"),
    "logged_in": Text("{n} pages saved while somebody was logged in"),
    "no_page": Text("{n} texts without a page"),
    "unreadable": Text("{n} captures that cannot be read"),
    "local_path": Text("{n} local paths"),
    "set_cookie": Text("{n} Set-Cookie"),
    "cookie": Text("{n} Cookie"),
    "authorization": Text("{n} Authorization"),
    "proxy_authorization": Text("{n} Proxy-Authorization"),
    "set_cookie2": Text("{n} Set-Cookie2"),
    "cookie2": Text("{n} Cookie2"),
}
"""Map each reason in `ExportFacts.withheld` to a text with the number `n` of what was withheld."""
MENDED = {
    "surrogate": Text("{n} lone surrogates"),
    "control": Text("{n} control characters"),
    "time": Text("{n} invalid times"),
    "formula": Text("{n} cells that a spreadsheet would compute"),
}
"""Map each kind of change in `ExportFacts.mended` to a text with the number `n` of changed values."""


def _counted(words: dict[str, Text], counts: "Counter[str]") -> str:
    """Return counts as one line; `words` maps each counted name to its text."""
    return said(joined([Text(words[name].template, n=n) for name, n in sorted(counts.items())], COMMA))
