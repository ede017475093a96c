"""The packages that each layer loads at run time; import-linter checks the imports in the code (pyproject.toml)."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("kepu", "crawler", "pipelines", "archive")


def modules(package: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return the dotted names of all modules of a package, except those that begin with one of `but`."""
    paths = sorted((CHECKOUT / package).rglob("*.py"))
    names = [
        str(path.relative_to(CHECKOUT))[:-3].replace("/", ".").removesuffix(".__init__") for path in paths
    ]
    return [name for name in names if not name.startswith(but or ("-",))]


def loaded_by(names: list[str]) -> set[str]:
    """Return the packages that are loaded once these modules are imported."""
    code = f"import {', '.join(names)}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("names", "never"),
    [
        (["kepu"], {"archive", "crawler", "pipelines", "sqlite_utils", "click"}),
        (["kepu.records", "kepu.urls"], {"archive", "crawler", "pipelines", "scrapy", "lxml", "click"}),
        (["kepu.cli.main"], {"archive", "crawler", "pipelines", "scrapy", "lxml", "sqlite_utils", "numpy"}),
        (
            modules("pipelines", but=("pipelines.item_pipelines",)),
            {"scrapy", "twisted", "sqlite3", "archive"},
        ),
        (modules("archive"), {"scrapy", "twisted", "crawler"}),
        (["archive.store", "archive.readonly", "archive.search"], {"lxml", "parsel", "scrapy", "crawler"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_layer_never_loads_higher_layers(names: list[str], never: set[str]) -> None:
    assert loaded_by(names) & never == set()


def test_no_two_modules_have_the_same_name() -> None:
    """Exceptions are `__init__` and the modules of commands, which have the names of their commands."""
    names = Counter(
        name.rpartition(".")[2]
        for package in PACKAGES
        for name in modules(package, but=("kepu.cli.", "crawler.commands.", "crawler.spiders."))
        if not (CHECKOUT / name.replace(".", "/")).is_dir()
    )
    assert [name for name, count in names.items() if count > 1] == []
