"""A reading room that runs, on an archive of the replica's pages."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kepu.records import Article, Block, Image, Link, Source
from pipelines.build_article import normalize
from tests.fork_server import Popen
from tests.web import replica

pytest.importorskip("datasette", reason="the reading room needs the extra [web]: Datasette is not installed")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the replica's articles and of hostile ones."""
    return replica.make(tmp_path_factory.mktemp("web") / "kepu.db", hostile())


HOSTILE = "n1/66600001"
"""The id of an article in which every field wants to be more than text."""

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


ALIKE = ('冰报"号外"', '冰报"号外', "冰报“号外”", "冰报", "冰报 source:甲 -冰", "冰报" + "长" * 300)
"""Names of sources that only their every letter tells apart."""


def hostile() -> list[Article]:
    """Return articles whose fields hold markup, scripts and addresses that must not be followed."""
    made = Article(
        id=HOSTILE,
        url="javascript:document.title='owned'",
        headline=f"冰湖{SCRIPT}",
        kicker=SCRIPT,
        byline=SCRIPT,
        source=Source(f"冰报{SCRIPT}", "javascript:document.title='owned'"),
        article_section='"><script>document.title="owned"</script>',
        date_published="2024-02-03",
        datetime_published="2024-02-03T08:00:00+08:00",
        blocks=[
            Block("paragraph", f"湖冰{SCRIPT}从岸边长起。"),
            Block("heading", "{{ 7*7 }} ${7*7}", level=5),
            Block("figure", "图", content_url="data:text/html,<script>1</script>", caption=SCRIPT),
            Block("list", f"甲\n{SCRIPT}", items=["甲", SCRIPT]),
            Block("table", f"=1+1\t{SCRIPT}", rows=[["=1+1", SCRIPT]]),
        ],
        image=[Image("data:text/html,<script>1</script>", SCRIPT, None, position=2)],
        keywords=[SCRIPT],
        warnings=["short_body"],
    )
    kept = [block.text for block in made.blocks if block.type != "figure"]
    made.text = made.text_canonical = "\n".join(kept)
    made.char_count = len(made.text)
    made.links = [Link(0, 2, "javascript:document.title='owned'"), Link(3, 9, "http://example.org/?a=<b>&c")]
    made.provenance.layout = "rm_txt"
    formula = Article(
        id="n1/66600002",
        headline='=HYPERLINK("http://example.org","冰")',
        text="算式里的冰。",
        blocks=[Block("paragraph", "算式里的冰。")],
        text_canonical="算式里的冰。",
        char_count=6,
    )
    named = [
        Article(
            id=f"n1/6660001{n}",
            headline=f"冰报的名字（{n}）",
            text=f"冰报的第 {n} 种写法。",
            blocks=[Block("paragraph", f"冰报的第 {n} 种写法。")],
            text_canonical=f"冰报的第 {n} 种写法。",
            char_count=11,
            source=Source(name, None),
            date_published="2024-02-03",
        )
        for n, name in enumerate(ALIKE)
    ]
    story = "".join(f"湖面的第 {n} 道冰缝在清晨裂开，又在午后合上。" for n in range(12))
    copies = [
        normalize(
            Article(
                id=f"n1/{66600020 + n}",
                headline="冰缝",
                text=text,
                blocks=[Block("paragraph", line) for line in text.split("\n")],
                date_published=f"2024-02-{n + 1:02}",
            )
        )
        for n, text in enumerate([story] * 2 + [f"{story}\n编者第 {n} 次转载。" for n in range(10)])
    ]
    return [made, formula, *named, *copies]


Serve = Callable[..., Any]


@pytest.fixture(scope="session")
def serving(environment: Callable[..., dict[str, str]]) -> Serve:
    """Return a context manager that runs `kepu serve` and gives its address and process."""

    @contextmanager
    def serve(database: Path, *options: str, **more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
        command = [
            str(Path(sys.executable).parent / "kepu"),
            "serve",
            "--db",
            str(database),
            "--port",
            "0",
            *options,
        ]
        process = Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(LANGUAGE="en", **more),
        )
        assert process.stdout
        try:
            line = process.stdout.readline()
            address = re.search(r"http://[^ ]+:\d+", line)
            assert address, line + (process.stderr.read() if process.stderr else "")
            yield address[0], process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)

    return serve


@pytest.fixture(scope="session")
def room(database: Path, serving: Serve) -> Iterator[str]:
    """Return the address of a reading room that serves the replica's archive."""
    with serving(database) as (address, _):
        yield address
