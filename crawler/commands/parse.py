"""`scrapy parse URL`: print the record of an article and the links of a page, without storing anything."""

import argparse
import warnings
from dataclasses import replace
from typing import Any

from scrapy import Request, Spider
from scrapy.commands.parse import Command as ScrapyParse
from scrapy.exceptions import DropItem, ScrapyDeprecationWarning
from scrapy.utils.defer import deferred_from_coro

from kepu.error_line import print_error
from kepu.messages import say
from kepu.records import Visit
from pipelines.item_pipelines import NotStored

Parsed = tuple[list[Any], list[Request], argparse.Namespace, int, Spider, Any]
"""The result of one callback: its items, its requests, the options, the depth, the spider, the callback."""


class Command(ScrapyParse):
    """Like Scrapy's `parse`, but it prints what the item pipelines return.

    The pipelines always run (`--pipelines` changes nothing). They use an empty archive in a temporary folder, which is
    deleted afterwards. If no page was fetched, one line says so, and the status is 1.
    """

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Fetch the page and print what the spider makes of it."""
        # Scrapy's own command returns Deferreds, which Scrapy deprecates; a user of the command cannot change that.
        warnings.filterwarnings("ignore", ".* returned a Deferred", ScrapyDeprecationWarning)
        super().run(args, opts)

    def print_results(self, opts: argparse.Namespace) -> None:
        """Print the items and requests, or one line if there was no response."""
        fetched: Any = self.first_response
        if fetched is not None:
            super().print_results(opts)
            return
        self.exitcode = 1
        print_error(say("no page was fetched; without --nolog, the log says why"))

    def scraped_data(self, args: Parsed) -> Any:
        """Run the pipelines on the items of one callback, then do what Scrapy does; return a Deferred of its result."""
        return deferred_from_coro(self._after_pipelines(args))

    async def _after_pipelines(self, args: Parsed) -> list[Any]:
        items, requests, opts, depth, spider, callback = args
        opts.pipelines = False
        assert self.pcrawler.engine is not None
        pipelines: Any = self.pcrawler.engine.scraper.itemproc
        done = []
        for item in items:
            try:
                done.append(await pipelines.process_item_async(item))
            except NotStored as dropped:
                done.append(_without_captures(dropped.item))
            except DropItem:
                continue
        return super().scraped_data((done, requests, opts, depth, spider, callback))


def _without_captures(item: Any) -> Any:
    """Return a visit without the bytes of its responses, which would fill the terminal."""
    return replace(item, captures=[]) if isinstance(item, Visit) else item
