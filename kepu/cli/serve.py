"""`kepu serve`."""

from pathlib import Path

import click

from kepu.cli.shared_options import database


@click.command
@click.argument("archives", metavar="[ARCHIVE]...", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@database
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; the default is reached from this machine only.",
)
@click.option(
    "--port",
    "-p",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in a browser.")
@click.option(
    "--accept-rights",
    is_flag=True,
    help="Confirm that you may show the articles to others; needed with a --host that others reach.",
)
@click.option(
    "--downloads",
    is_flag=True,
    help="With a --host that others reach: also allow them to download whole results and tables.",
)
def serve(
    archives: tuple[Path, ...],
    db: Path,
    host: str,
    port: int,
    open_browser: bool,
    accept_rights: bool,
    downloads: bool,
) -> None:
    """Open the archive in a browser: search, read, compare, cite, download. It only reads.

    Needs the extra [web]. Each of several ARCHIVEs gets a reading room of its own, on consecutive ports.

    \b
    Example:
      kepu serve --open
      kepu serve --db other/kepu.db --port 8080
      kepu serve shards/*/kepu.db
    """
    from archive.web.open_archive import check

    opened = archives or (db,)
    for path in opened:
        check(path)
    try:
        from archive.web.server import serve as run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("datasette", "uvicorn")):
            raise
        from kepu.missing_extra import missing_extra

        raise missing_extra("kepu serve", "datasette") from error
    run(
        opened,
        host,
        port,
        open_browser=open_browser,
        tell=click.echo,
        accept_rights=accept_rights,
        downloads=downloads,
    )
