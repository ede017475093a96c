"""`kepu init`."""

from pathlib import Path

import click


@click.command
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("kepu.toml"))
def init(file: Path) -> None:
    """Write a commented settings file: FILE, or kepu.toml in the current folder.

    \b
    Example:
      kepu init
    """
    from kepu.kepu_toml import write
    from kepu.messages import say

    write(file)
    click.echo(
        say(
            "{file}: written. Next, set `contact` in it to your address, and run `kepu crawl`.",
            file=file,
        )
    )
