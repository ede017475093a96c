"""The contract of layouts: what every module in the folder must declare, and that each layout has a page case."""

import dataclasses
import pkgutil

import pytest
from cssselect import SelectorSyntaxError
from lxml import etree

from pipelines.chrome import layouts
from pipelines.chrome.layouts.layout_base import Layout
from pipelines.chrome.layouts.layout_registry import registry
from pipelines.chrome.page_selectors import PageTree
from tests.pipelines.chrome.cases import PAGES, all_cases

NAMES = [layout.name for layout in registry()]


def selectors(layout: Layout) -> list[str]:
    single = [value for value in (layout.frame, layout.head) if value]
    tuples = [
        getattr(layout, f.name)
        for f in dataclasses.fields(layout)
        if isinstance(getattr(layout, f.name), tuple)
    ]
    return single + [selector for each in tuples for selector in each if isinstance(selector, str)]


def test_every_module_of_the_folder_is_a_layout() -> None:
    modules = [m.name for m in pkgutil.iter_modules(layouts.__path__)]
    assert len(registry()) == len([name for name in modules if not name.startswith("layout_")])
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("layout", registry(), ids=NAMES)
def test_a_layout_declares_what_it_needs(layout: Layout) -> None:
    assert layout.evidence
    assert layout.body
    assert layout.headline
    assert layout.time
    assert layout.source
    assert layout.editors
    first, last = layout.years
    assert 1997 <= first <= (last or 2100)
    page = PageTree(etree.fromstring("<html/>"))
    for selector in selectors(layout):
        page.find_all(selector)  # raises for what is no CSS


@pytest.mark.parametrize("name", NAMES)
def test_a_layout_has_a_page(name: str) -> None:
    assert [case for case in all_cases() if case.folder.parent.name == name and case.output], (
        f"no case in {PAGES / name}"
    )


def test_the_table_in_the_docs_has_a_row_for_each_layout() -> None:
    page = (PAGES.parents[1] / "docs" / "extraction.md").read_text(encoding="utf-8")
    table = page.partition("| layout | years |")[2].partition("\n\n")[0]
    assert {row.split("|")[1].strip() for row in table.splitlines()[2:]} == set(NAMES)


def test_an_invalid_selector_raises() -> None:
    with pytest.raises(SelectorSyntaxError, match="Expected"):
        PageTree(etree.fromstring("<html/>")).find_all("div > > p")
