"""`kepu serve`."""

from pathlib import Path

import click

from kepu.cli.shared_options import database


@click.command
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
    help="The port; 0 takes any that is free.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in a browser.")
@click.option(
    "--accept-rights",
    is_flag=True,
    help="Confirm that you may show the articles to others; needed with a --host that others reach.",
)
@click.option(
    "--downloads", is_flag=True, help="With such a --host: also allow downloads of whole results and tables."
)
def serve(db: Path, host: str, port: int, open_browser: bool, accept_rights: bool, downloads: bool) -> None:
    """Open the archive in a browser: search, read, compare, cite, download. It only reads.

    Needs the extra [web].

    \b
    Example:
      kepu serve --open
      kepu serve --db other/kepu.db --port 8080
    """
    from archive.web.open_archive import check

    check(db)
    try:
        from archive.web.server import serve as run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("datasette", "uvicorn")):
            raise
        from kepu.missing_extra import missing_extra

        raise missing_extra("kepu serve", "datasette") from error
    run(
        db,
        host,
        port,
        open_browser=open_browser,
        tell=click.echo,
        accept_rights=accept_rights,
        downloads=downloads,
    )
