"""`kepu gc`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@database
@click.option("--remove", is_flag=True, help="Delete the listed files permanently.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@as_json
@quiet
def gc(db: Path, remove: bool, yes: bool, as_json: bool, quiet: bool) -> None:
    """List leftover files next to the archive, and delete them with --remove.

    Leftover files are: files that `kepu restore` moved aside; files set aside when the archive was opened, because the
    database does not know them; and half-written files of crashed programs.

    \b
    Examples:
      kepu gc
      kepu gc --remove
    """
    import orjson

    from archive import leftover_files
    from kepu.messages import say
    from kepu.progress import megabytes

    found = leftover_files.leftovers(db)
    if as_json:
        click.echo(orjson.dumps(found).decode())
    elif not quiet:
        for each in found:
            click.echo(f"{each.bytes:>13,}  {each.why:<8}  {each.path}")
        click.echo(
            say("{n} leftover files, {mb} MB", n=len(found), mb=megabytes(sum(each.bytes for each in found)))
        )
    if remove and found:
        if not yes:
            click.confirm(say("Delete {n} leftover files permanently?", n=len(found)), abort=True, err=True)
        leftover_files.remove(db, found)
        if not quiet:
            click.echo(say("{n} leftover files deleted", n=len(found)), err=as_json)
