"""Find all layouts in the folder `layouts/`, and choose the one of a page by its content."""

import pkgutil
from functools import cache
from importlib import import_module

from pipelines.chrome import layouts
from pipelines.chrome.layouts.layout_base import Layout, bodies, find_first, shows
from pipelines.chrome.page_selectors import PageTree


@cache
def registry() -> tuple[Layout, ...]:
    """Return all layouts, sorted by name. Every module in the folder that defines `LAYOUT` adds one."""
    names = (module.name for module in pkgutil.iter_modules(layouts.__path__))
    return tuple(
        import_module(f"{layouts.__name__}.{name}").LAYOUT
        for name in sorted(names)
        if not name.startswith("layout_")
    )


def choose(page: PageTree) -> Layout | None:
    """Return the layout of a page, or None if none is known.

    A page from a transition may have the evidence of two layouts. Then the one that finds more fields is chosen, and
    the newer one if they are equal.
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
