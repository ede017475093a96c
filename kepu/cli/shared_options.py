"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from archive.filters import Selection

DEFAULT_DB = Path("data/kepu.db")
"""Path of the archive if neither --db nor KEPU_DB names one."""

database = click.option(
    "--db",
    "db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_DB,
    envvar="KEPU_DB",
    show_default=True,
    show_envvar=True,
    help="Path of the archive; its JSONL is beside it.",
)
quiet = click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
verbose = click.option("--verbose", "-v", is_flag=True, help="Print Scrapy's log instead of a progress bar.")
new = click.option(
    "--new",
    is_flag=True,
    help="Create an empty archive, and move aside the JSONL and captures of one whose database is lost.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
contact = click.option(
    "--contact",
    envvar="KEPU_CONTACT",
    show_envvar=True,
    help="Your e-mail address or web page, sent to the site with each request.",
)
channel = click.option(
    "--channel", default="kpzg", show_default=True, help="Channel name or path of a channel file."
)

report_to = click.option(
    "--report",
    "report_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file, as JSON.",
)
alarm_to = click.option(
    "--alarm",
    envvar="KEPU_ALARM",
    show_envvar=True,
    help="Run this command if the run needs attention, with the report on its standard input.",
)

_PLAN = (
    click.option(
        "--mode",
        type=click.Choice(["refresh", "backfill", "recheck"]),
        help="Mode of the run.  [default: refresh, or recheck with --id or --url]",
    ),
    click.option("--since", help="First day of a backfill or recheck (2024, 2024-05 or 2024-05-10)."),
    click.option("--until", help="The last day, in the same forms."),
    click.option(
        "--id",
        "ids",
        multiple=True,
        help="Recheck this article: n1/40148467, 40148467 or its URL.",
    ),
    click.option("--url", "urls", multiple=True, help="Recheck the article at this URL."),
    click.option(
        "--limit", type=click.IntRange(1), help="Stop after this number of new or changed articles."
    ),
    click.option("--budget", help="Stop after 500 (requests), 90m, 8h, 2d, or 700/day (over all runs)."),
    click.option(
        "--hours", help="Send requests only during these hours, Beijing time: 22-7, or 22:30-06:45."
    ),
    click.option(
        "--images", is_flag=True, help="Fetch the pictures of articles too, from the channel's image_hosts."
    ),
    click.option(
        "--images-budget",
        type=click.IntRange(1),
        help="Maximum number of requests for pictures in this run; implies --images.",
    ),
    click.option(
        "--page-resources",
        is_flag=True,
        help="Also fetch style sheets and decorative pictures; implies --images.",
    ),
    click.option("--sources", help="Start only from these sources: home,sections,search,rolling,sitemaps."),
)


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of crawler/crawl_options.py: the mode of a run, its period, its sources and its limits."""
    for option in reversed(_PLAN):
        command = option(command)
    return command


FILTERS = (
    click.option("--since", help="The first day of publication (2024, 2024-05 or 2024-05-10)."),
    click.option("--until", help="The last day, in the same forms."),
    click.option(
        "--section",
        "sections",
        multiple=True,
        help="Only articles of this section; may be given several times.",
    ),
    click.option("--source", "sources", multiple=True, help="Only articles from this source (来源)."),
    click.option("--layout", "layouts", multiple=True, help="Only articles with this layout."),
)
"""Filters by the content of a page, which counting commands have as well."""

_SELECTION = (
    *FILTERS,
    click.option(
        "--run",
        "runs",
        multiple=True,
        help="Only articles whose current version was fetched in this crawl run (12).",
    ),
    click.option(
        "--ids",
        "id_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Only the articles that this file lists: ids or URLs, or the ids.tsv of an export.",
    ),
    click.option("--sample", help="Take a sample: a number (1000) or a share (5%) of the articles."),
    click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives another sample."),
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters that select articles; `as_selection` reads them."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


def as_selection(options: dict[str, Any]) -> "Selection":
    """Return the selection given by a command's options. Raises BadSelection, BadSample or BadIdList."""
    from archive import id_lists, samples
    from archive.filters import Selection

    id_file, sample, seed = options.pop("id_file", None), options.pop("sample", None), options.pop("seed", 0)
    return Selection(
        **options,
        ids=id_lists.read(id_file) if id_file else None,
        sample=samples.parse(sample, seed) if sample else None,
    )
