"""Fixtures for tests in several folders: invented articles, programs as processes, and the folder ../shared."""

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from kepu.records import Appearance, Article, Block, Provenance
from pipelines.build_article import normalize
from tests.fork_server import run_program

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Examples have no deadline, because they are sometimes slow on a busy machine.
hypothesis.settings.register_profile("kepu", deadline=None)
hypothesis.settings.load_profile("kepu")

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"
PROGRAMS = Path(sys.executable).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Debian's Chromium, or what else is there; Playwright's own is tried where there is none."""

# Bytecode is cached between the hundreds of processes that the tests start, which makes them start faster.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The garbage collector passes over the modules and tests, hundreds of thousands of objects that stay until the end.
gc.disable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Return what hands out the tests to the processes of `-n 3 --dist loadgroup`."""
    if config.getoption("dist") != "loadgroup":
        return None
    from tests.schedule import LongestFirst

    config.option.loadscopereorder = False
    return LongestFirst(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long groups of tests first where several processes share the tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        from tests.schedule import rank

        items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """Let the garbage collector begin with what the tests make."""
    gc.freeze()
    gc.enable()


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shared() -> Path:
    """Return the folder of real pages and dumps beside the checkout, which only developers' machines have."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: real pages and dumps are not part of the repository")
    return SHARED


def small_article(n: int, text: str | None = None, **fields: object) -> Article:
    """Return a small invented article; `fields` replace its attributes."""
    text = f"第{n}篇短文：湖面结冰的时候，冰总是先从岸边长起，再慢慢铺向湖心。" if text is None else text
    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    made = Article(
        id=f"n1/{n}",
        url=url,
        url_requested=url,
        appearances=[Appearance(url, "404214")],
        headline=f"冰从哪里长起（{n}）",
        date_published="2024-01-05",
        datetime_published="2024-01-05T08:00:00+08:00",
        blocks=[Block("paragraph", text)] if text else [],
        text=text,
        char_count=len(text),
        provenance=Provenance(fetched_at="2026-01-02T03:04:05Z", layout="rm_txt"),
    )
    if "date_published" in fields:  # the day alone
        made.datetime_published = None
    for name, value in fields.items():
        setattr(made, name, value)
    return normalize(made)


@pytest.fixture
def article() -> Callable[..., Article]:
    """Return the function that creates small invented articles."""
    return small_article


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a tmpfs of a size such as `1m`, and returns its folder: a disk that can be full."""
    folder = tmp_path / "small"

    def make(size: str) -> Path:
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("mounting a tmpfs needs root: the test of a full disk was not run")
        return folder

    yield make
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that runs a program as a process, in an environment without access to the network."""

    def call(
        *command: str | Path, proxy: str = "", cwd: Path = CHECKOUT, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return run_program(
            [PROGRAMS / str(command[0]), *command[1:]],
            env=alone(proxy, **environment),
            cwd=cwd,
            timeout=timeout,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def alone(proxy: str = "", **more: str) -> dict[str, str]:
    """Return an environment without the machine's proxies and our own settings, and without delays."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.lower().endswith("_proxy") and not k.startswith(("KEPU_", "LC_", "LANGUAGE"))
    }
    return (
        kept | {"KEPU_DELAY_SCALE": "0", "http_proxy": proxy, "https_proxy": proxy, "LANG": "C.UTF-8"} | more
    )


@pytest.fixture(scope="session")
def environment() -> Callable[..., dict[str, str]]:
    """Return the function that creates this environment, for tests that start processes themselves."""
    return alone


@pytest.fixture(scope="session")
def read_jsonl() -> Callable[[Path], dict[str, dict[str, Any]]]:
    """Return a function that reads the JSONL beside a database as records by id; a repeated id is an error."""

    def read(database: Path) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        with database.with_suffix(".jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                assert record["id"] not in found
                found[record["id"]] = record
        return found

    return read


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Return a headless Chromium; skip without one.

    Playwright runs an event loop, which has to end before tests of other modules run one.
    """
    sync = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync.sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(
                executable_path=os.environ.get("KEPU_CHROMIUM") or CHROMIUM, args=["--no-sandbox"]
            )
        except sync.Error as error:
            pytest.skip(
                f"no Chromium (apt-get install chromium, or KEPU_CHROMIUM): {str(error).splitlines()[0]}"
            )
        yield launched
        launched.close()
