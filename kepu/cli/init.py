"""`kepu init`."""

from pathlib import Path

import click


@click.command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("kepu.toml"))
def init(file: Path) -> None:
    """Write a commented file of settings, kepu.toml in this folder unless FILE says another.

    \b
    Example:
      kepu init
    """
    from kepu.kepu_toml import write
    from kepu.messages import say

    write(file)
    click.echo(
        say(
            "{file}: written. Next: say in it whom the site may write to (contact), then `kepu crawl`.",
            file=file,
        )
    )
