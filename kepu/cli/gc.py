"""`kepu gc`."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, database, quiet


@click.command
@database
@click.option("--remove", is_flag=True, help="Remove what is listed, for good.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@quiet
def gc(db: Path, remove: bool, yes: bool, as_json: bool, quiet: bool) -> None:
    """List what lies beside the archive and is no part of it, and remove it on request only.

    That is what `kepu restore` moved aside, what opening the archive set aside because the database did not know it,
    and what programs that died left half written.

    \b
    Examples:
      kepu gc
      kepu gc --remove
    """
    import orjson

    from archive import leftover_files
    from kepu.messages import say

    found = leftover_files.leftovers(db)
    if as_json:
        click.echo(orjson.dumps(found).decode())
    elif not quiet:
        for each in found:
            click.echo(f"{each.bytes:>13,}  {each.why:<8}  {each.path}")
        click.echo(say("{n} leftovers, {mb} MB", n=len(found), mb=sum(each.bytes for each in found) // 10**6))
    if remove and found:
        if not yes:
            click.confirm(say("Remove {n} leftovers for good?", n=len(found)), abort=True)
        leftover_files.remove(db, found)
        if not quiet:
            click.echo(say("{n} leftovers removed", n=len(found)))
