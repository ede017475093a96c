"""`make demo`: crawl the replica into a new archive, and show what can be done with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from crawler.run_report import RunReport, summary
from crawler.runner import project_settings, run
from demo import demo_folder
from demo.replica import running_replica
from kepu.messages import Text, begin, said, say

FOLDER = Path("demo-data")
CRAWL_DELAY = 120
"""Seconds between two requests, as in the robots.txt of the site's main hosts; the demo scales them by SCALE."""
SCALE = 1 / 6000


def main() -> None:
    """Crawl the replica into demo-data/ with the spider, settings and URLs of a live crawl, and print the result."""
    begin()
    if moved := demo_folder.empty(FOLDER):
        print(moved)
    database = FOLDER / "kepu.db"
    with running_replica(crawl_delay=CRAWL_DELAY) as replica:
        print(
            say(
                "A replica of the channel listens on {url}; crawling {home} through it.",
                url=replica.proxy_url,
                home="http://kpzg.people.com.cn/",
            )
        )
        os.environ["http_proxy"] = replica.proxy_url
        settings = {
            "KEPU_DB": str(database),
            "KEPU_DELAY_SCALE": SCALE,
            "KEPU_CLOCK": datetime.now(UTC).isoformat(),
            "KEPU_CLOCK_STOPS": True,
            "KEPU_PROGRESS": True,
            "LOG_ENABLED": False,
        }
        report = run("channel", {}, project_settings(**settings))
    for line in closing(report, database):
        print(line)
    demo_folder.list_files(FOLDER)
    sys.exit(int(report.status))


def closing(report: RunReport, database: Path) -> list[str]:
    """Return the last lines of the demo: the summary, the paths of the files, and what to try next."""
    lines = summary(report)
    if report.message:
        return [*lines, said(report.message)]
    jsonl = database.with_suffix(".jsonl")
    programs = os.path.relpath(Path(sys.executable).parent)
    query = "select id, headline, date_published from articles limit 5"
    return [
        *lines,
        say("archive: {db} and {jsonl}", db=database, jsonl=jsonl),
        "",
        say("What these lines mean:"),
        *(f"  {say(text)}" for text in MEANINGS),
        "",
        *tried(programs, database),
        say("Next, try:"),
        f'  {programs}/sqlite-utils {database} "{query}" --table',
        f"  {programs}/kepu report --db {database}",
        f"  {programs}/kepu verify --db {database}",
        f"  {programs}/kepu crawl --contact you@example.org     "
        + say("(the live channel, at the pace that it asks for)"),
        "",
        say("The reading room shows the archive in a browser:"),
        f"  {'' if find_spec('datasette') else 'make extras && '}{programs}/kepu serve --db {database} --open",
    ]


MEANINGS = (
    Text("new: articles that were not in the archive before"),
    Text("duplicate: further URLs of articles that are in the archive already"),
    Text(
        "excluded: URLs that were not requested: their article has another URL, which was requested, "
        "or their host does not belong to the channel"
    ),
    Text("new section: a list of articles that the channel file does not name; it was crawled too"),
    Text("no_source: articles whose page names no source; they are kept"),
    Text("120 s: the delay that the site's robots.txt asks for; only this demo need not wait that long"),
)
"""Explanations of the words in the summary of a crawl."""

TRIED = (
    ("search", "水", "--limit", "2"),
    ("kwic", "水", "--width", "10", "--limit", "3"),
    ("export", "demo-data/export", "--profile", "metadata"),
)
"""Commands that the demo runs on the archive, so that a newcomer sees what they print."""


def tried(programs: str, database: Path) -> Iterator[str]:
    """Run the commands in TRIED on the archive, and yield each command line with its output."""
    for command in TRIED:
        line = [*command, "--db", str(database)]
        done = subprocess.run(
            [sys.executable, "-m", "kepu", *line], capture_output=True, text=True, check=False
        )
        yield f"$ {programs}/kepu {' '.join(line)}"
        yield from (f"  {each}".rstrip() for each in (done.stdout or done.stderr).splitlines())
        yield ""


if __name__ == "__main__":
    main()
