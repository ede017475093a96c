"""`kepu shards`: deal channels out to machines, crawl them, and see how far they are."""

from pathlib import Path

import click

from kepu.cli.shared_options import as_json, quiet
from kepu.messages import say, translate


class Shards(click.Group):
    """Its commands, in the person's language."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command."""
        found = super().get_command(ctx, cmd_name)
        return found and translate(found)


@click.group(cls=Shards)
def shards() -> None:
    """Crawl many sites on many machines: channels are dealt out to shards, each an ordinary crawl.

    \b
    Example:
      kepu shards plan channels/*.toml --shards 20 --out plan.toml
      kepu crawl --shard plan.toml:3
    """


@shards.command
@click.argument("channels", nargs=-1, required=True)
@click.option("--shards", "count", type=click.IntRange(1), required=True, help="How many shards to make.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("plan.toml"),
    show_default=True,
    help="The plan; one that is there keeps what it has dealt out.",
)
@as_json
@quiet
def plan(channels: tuple[str, ...], count: int, out: Path, as_json: bool, quiet: bool) -> None:
    """Deal channels (names, or paths of their files) out to shards, so that no host is in two shards."""
    import orjson

    from crawler.shards import shard_plan
    from kepu.messages import said, text_of

    try:
        made = shard_plan.make(channels, count, out)
    except ValueError as error:
        raise click.UsageError(said(text_of(error))) from error
    rows = [_row(made, number) for number in range(count)]
    if as_json:
        click.echo(orjson.dumps({"plan": str(out), "shards": rows}).decode())
    elif not quiet:
        for row in rows:
            click.echo(
                say("shard {shard}: {channels} channels, {hosts} hosts, {requests} expected requests", **row)
            )


def _row(made: "object", number: int) -> dict[str, int]:
    from crawler.shards.shard_plan import ShardPlan

    assert isinstance(made, ShardPlan)
    parts = made.of_shard(number)
    return {
        "shard": number,
        "channels": sum(len(one.channels) for one in parts),
        "hosts": sum(len(one.hosts) for one in parts),
        "requests": sum(one.requests for one in parts),
    }
