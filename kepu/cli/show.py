"""`kepu show`."""

import sys
from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database
from kepu.json_text import json_text
from kepu.messages import say


@click.command
@click.argument("name")
@click.argument("versions", nargs=-1, type=click.IntRange(1))
@database
@click.option("--revisions", is_flag=True, help="List its revisions with their dates.")
@click.option(
    "--diff", is_flag=True, help="Show what changed from revision N to M; by default, in the last change."
)
@click.option(
    "--capture", is_flag=True, help="Print the location of its capture, or of that of revision N if given."
)
@click.option("--html", is_flag=True, help="Write the original bytes of all its pages to standard output.")
@as_json
def show(
    name: str,
    versions: tuple[int, ...],
    db: Path,
    revisions: bool,
    diff: bool,
    capture: bool,
    html: bool,
    as_json: bool,
) -> None:
    """Show an article: by its id, one of its URLs, or the end of its id.

    A number after it selects one of its versions, which are numbered from 1.

    \b
    Example:
      kepu show 40148467
      kepu show n1/40148467 --diff 1 3
      kepu show n1/40148467 --html > page.html
    """
    from archive import captures
    from archive import terminal_view as view
    from archive.revisions import find
    from archive.revisions import versions as all_versions
    from archive.store import reading
    from kepu.errors import NotFound

    if len(versions) > (2 if diff else 1):
        raise click.UsageError(say("too many versions; give one, or two with --diff."))
    style = view.TerminalStyle(sys.stdout.isatty())
    with reading(db) as archive:
        id_ = find(archive, name)
        if diff:
            old, new = (*versions, None, None)[:2]
            lines = (
                iter([json_text(view.diff_as_json(archive, id_, old, new))])
                if as_json
                else view.diff(archive, id_, old, new, style)
            )
        elif revisions:
            lines = (
                iter([json_text(view.revisions_as_json(archive, id_))])
                if as_json
                else view.revisions(archive, id_, style)
            )
        else:
            there = {version.n: version.record for version in all_versions(archive, id_)}
            n = versions[0] if versions else max(there)
            if n not in there:
                raise NotFound(
                    "{id} has no version {n}; its versions are {known}.",
                    id=id_,
                    n=n,
                    known=", ".join(map(str, there)),
                )
            record = there[n]
            if html:
                with captures.CaptureReader(archive, captures.folder_for(db)) as reader:
                    for row in view.capture(archive, record):
                        sys.stdout.buffer.write(reader.body(row))
                return
            if capture:
                rows = view.capture(archive, record)
                lines = iter([json_text(rows)]) if as_json else view.capture_lines(db, rows, style)
            elif as_json:
                lines = iter([json_text(record)])
            else:
                lines = view.head_and_text(record, style)
        for line in lines:
            click.echo(line)
