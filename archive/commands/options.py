"""The options that many commands have."""

from pathlib import Path

import click

DEFAULT_DB = Path("data/kepu.db")

database = click.option(
    "--db",
    "db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_DB,
    envvar="KEPU_DB",
    show_default=True,
    show_envvar=True,
    help="The archive; its JSONL lies beside it.",
)
quiet = click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
verbose = click.option("--verbose", "-v", is_flag=True, help="Print Scrapy's log instead of a progress bar.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
contact = click.option(
    "--contact",
    envvar="KEPU_CONTACT",
    show_envvar=True,
    help="Your e-mail or page, told to the site with each request.",
)
channel = click.option(
    "--channel", default="kpzg", show_default=True, help="A channel's name, or the path of its facts."
)
