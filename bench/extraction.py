"""`make bench-extraction`: compare accuracy and time with other extractors, on pages of the replica and real ones.

It prints a Markdown table. The other extractors (trafilatura, readability-lxml, GNE, newspaper4k, resiliparse) are
installed only by this command, into an environment of their own in `bench-data/`.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html

import demo
from bench.extraction_peers import ROUNDS
from kepu.records import Page
from pipelines.chrome import extract
from pipelines.chrome.charset import decode
from pipelines.chrome.fields.dates import parse_time
from pipelines.local_files import page_of

CHECKOUT = Path(__file__).resolve().parents[1]
REAL_PAGES = CHECKOUT.parent / "shared" / "pages"
ENVIRONMENT = CHECKOUT / "bench-data" / "extraction-peers"

PEERS = (
    "trafilatura==2.3.1", "readability-lxml==0.9", "gne==0.4.3", "resiliparse==2.0.1", "newspaper4k[zh]==0.9.6",
)  # fmt: skip

OURS = "this extractor"
BASE = "lxml.html parse"
DECODED = "decode, lxml.html parse"
"""Row for parsing from the bytes of a page, which this extractor gets; the other extractors get decoded text."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A page and its expected record; for real pages, not every field is known."""

    page: Page
    truth: Record
    """The known ones of title, time, source, authors, editors and paragraphs."""


def tasks() -> list[Task]:
    """Return the pages of all single-part articles of the replica, under each URL, and real pages if present."""
    found = []
    for story in demo.articles():
        if len(story.parts) > 1:
            continue
        truth = _truth(demo.truth(story))
        found += [
            Task(Page(body=body, url=url, content_type=headers["Content-Type"]), truth)
            for url, headers, body, _ in demo.pages((story,))
        ]
    return found + [_real(path) for path in sorted(REAL_PAGES.glob("*.html"))]


def _truth(record: Record) -> Record:
    return {
        "title": record["headline"],
        "time": record["datetime_published"] or record["date_published"],
        "source": (record["source"] or {}).get("name"),
        "authors": [person["name"] for person in record["author"]],
        "editors": [person["name"] for person in record["editor"]],
        "paragraphs": record["text"].split("\n") if record["text"] else [],
    }


def _real(path: Path) -> Task:
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    day_only = "published_note" in told
    truth = {
        "title": told.get("headline") or told.get("title"),
        "time": told["published"][:10] if day_only else told["published"].replace(":00+", "+"),
        "source": told["source"],
        "editors": told["editors"],
    }
    if "authors" in told:
        truth["authors"] = told["authors"]
    if isinstance(told["paragraphs"], list):
        truth["paragraphs"] = told["paragraphs"]
    return Task(page_of(path, url=told["url"]), truth)


def install_peers() -> Path:
    """Create the other extractors' environment and return its Python. Raises CalledProcessError if pip fails."""
    python = ENVIRONMENT / "bin" / "python"
    done = ENVIRONMENT / "installed"
    if done.exists() and done.read_text().split() == list(PEERS):
        return python
    print(f"installing {', '.join(PEERS)} into {ENVIRONMENT}, once", file=sys.stderr)
    venv.create(ENVIRONMENT, clear=True)
    pip = [
        _python_with_pip(),
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "-qq",
        "--disable-pip-version-check",
    ]
    for peer in PEERS:  # one at a time: older versions of pip fail if two packages need the same extras
        subprocess.run([*pip, peer], check=True)
    done.write_text("\n".join(PEERS))
    return python


def _python_with_pip() -> str:
    for python in (sys.executable, getattr(sys, "_base_executable", ""), "python3"):
        if (
            python
            and subprocess.run(
                [python, "-m", "pip", "--version"], capture_output=True, check=False
            ).returncode
            == 0
        ):
            return python
    raise SystemExit("bench-extraction: no Python here has pip, which installs the peers")


def run_peers(python: Path, all_tasks: list[Task], folder: Path) -> Iterator[tuple[str, int, Record]]:
    """Yield (tool, number of the task, result) of every other extractor on every page."""
    lines = []
    for n, task in enumerate(all_tasks):
        path = folder / f"{n}.html"
        path.write_text(decode(task.page.body, task.page.content_type).text, encoding="utf-8")
        lines.append(json.dumps({"path": str(path), "url": task.page.url}))
    command = [str(python), str(Path(__file__).with_name("extraction_peers.py"))]
    run = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        result = json.loads(line)
        yield result["tool"], int(Path(result["path"]).stem), result


def run_ours(all_tasks: list[Task]) -> Iterator[tuple[str, int, Record]]:
    """Yield (tool, number of the task, result) of this extractor, and of `lxml.html` parsing, on every page."""
    for n, task in enumerate(all_tasks):
        source = decode(task.page.body, task.page.content_type).text.encode()
        times: dict[str, list[float]] = {OURS: [], BASE: [], DECODED: []}
        for _ in range(3 * ROUNDS):
            start = time.perf_counter()
            article = extract(task.page)
            extracted = time.perf_counter()
            _parse(source)
            parsed = time.perf_counter()
            _parse(decode(task.page.body, task.page.content_type).text.encode())
            times[DECODED].append(time.perf_counter() - parsed)
            times[BASE].append(parsed - extracted)
            times[OURS].append(extracted - start)
        yield (
            OURS,
            n,
            {
                "title": article.headline,
                "time": article.datetime_published or article.date_published,
                "source": article.source.name if article.source else None,
                "authors": [person.name for person in article.author],
                "editors": [person.name for person in article.editor],
                "text": article.text,
                "ms": 1000 * min(times[OURS]),
            },
        )
        for tool in (BASE, DECODED):
            yield tool, n, {"ms": 1000 * min(times[tool])}


def _parse(source: bytes) -> None:
    lxml.html.document_fromstring(source, parser=lxml.html.HTMLParser(encoding="utf-8"))


def f1(expected: str, found: str) -> float:
    """Return the F1 score of character bigrams, without white space; 1.0 means that the texts have the same bigrams."""
    one, two = (Counter(pairwise(letters)) for letters in map(_letters, (expected, found)))
    if not one and not two:
        return 1.0
    shared = (one & two).total()
    return 2 * shared / (one.total() + two.total())


def _letters(text: str) -> str:
    return "".join(text.split())


def exact_paragraphs(expected: list[str], found: str) -> float:
    """Return the share of equal lines, without indents, among all lines that are expected or found."""
    one, two = Counter(expected), Counter(line.strip() for line in found.splitlines() if line.strip())
    either = (one | two).total()
    return (one & two).total() / either if either else 1.0


def scores(task: Task, result: Record) -> Record:
    """Return the score of a result, from 0 to 1, for each known field of its page."""
    truth = task.truth
    marks: Record = {}
    if "paragraphs" in truth:
        marks["F1"] = f1("\n".join(truth["paragraphs"]), result["text"])
        marks["paragraphs"] = exact_paragraphs(truth["paragraphs"], result["text"])
    for name in ("title", "time", "source", "authors", "editors"):
        if name in truth:
            marks[name] = float(_same(name, truth[name], result.get(name)))
    return marks


def _same(name: str, expected: Any, found: Any) -> bool:
    if name == "time" and expected and found:  # in any format: 2024年05月10日06:58, 2024-05-10 06:58:00
        told = parse_time(str(found).replace("T", " "))
        return told is not None and told.iso[: len(expected)] == expected
    return bool((found or None) == (expected or None))


COLUMNS = ("F1", "paragraphs", "title", "time", "source", "authors", "editors")


def table(all_tasks: list[Task], results: dict[str, dict[int, Record]]) -> str:
    """Return the table: means of the scores, medians of the times and of their ratios to parsing."""
    lines = [
        f"| | {' | '.join(COLUMNS)} | ms a page | × parsing |",
        "|---" * (len(COLUMNS) + 3) + "|",
    ]
    for tool, by_task in results.items():
        ratio = statistics.median(by_task[n]["ms"] / results[BASE][n]["ms"] for n in by_task)
        cells = ["–"] * len(COLUMNS)
        if tool not in (BASE, DECODED):
            marks = [scores(all_tasks[n], result) for n, result in by_task.items()]
            cells = [f"{statistics.mean(mark[c] for mark in marks if c in mark):.3f}" for c in COLUMNS]
        milliseconds = statistics.median(result["ms"] for result in by_task.values())
        lines.append(f"| {tool} | {' | '.join(cells)} | {milliseconds:.2f} | {ratio:.1f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    all_tasks = tasks()
    python = install_peers()
    results: dict[str, dict[int, Record]] = {}
    for tool, n, result in run_ours(all_tasks):
        results.setdefault(tool, {})[n] = result
    with tempfile.TemporaryDirectory() as folder:
        for tool, n, result in run_peers(python, all_tasks, Path(folder)):
            results.setdefault(tool, {})[n] = result
    real = sum(task.page.path is not None for task in all_tasks)
    print(
        f"{len(all_tasks) - real} pages of the replica, {real} real ones; the fastest of {ROUNDS} rounds a page.\n"
    )
    print(table(all_tasks, results))


if __name__ == "__main__":
    main()
