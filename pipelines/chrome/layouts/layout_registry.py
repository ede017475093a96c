"""The layouts there are, found in the folder `layouts/`, and the choice among them by what a page shows."""

import pkgutil
from functools import cache
from importlib import import_module

from pipelines.chrome import layouts
from pipelines.chrome.layouts.layout_base import Layout, bodies, find_first, shows
from pipelines.chrome.page_selectors import PageTree


@cache
def registry() -> tuple[Layout, ...]:
    """Return every layout of the folder, by name. A new layout is a new file there that defines `LAYOUT`."""
    names = (module.name for module in pkgutil.iter_modules(layouts.__path__))
    return tuple(
        import_module(f"{layouts.__name__}.{name}").LAYOUT
        for name in sorted(names)
        if not name.startswith("layout_")
    )


def choose(page: PageTree) -> Layout | None:
    """Return the layout that the page shows, or None where it shows none.

    Where the evidence of several is there, the one that finds the most fields wins, the newer one of two equal:
    pages of a change-over carry the marks of both templates.
    """
    shown = [layout for layout in registry() if shows(layout, page)]
    if len(shown) < 2:
        return shown[0] if shown else None
    return max(shown, key=lambda layout: (_fields_found(layout, page), layout.years[0]))


def _fields_found(layout: Layout, page: PageTree) -> int:
    fields = (layout.headline, layout.time, layout.source, layout.editors, layout.kicker, layout.byline)
    return bool(bodies(layout, page)) + sum(
        find_first(page, page.root, selectors) is not None for selectors in fields
    )
