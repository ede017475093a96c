"""`make demo`: the main job on an embedded default, from an empty folder to an archive to look at."""

import os
import shutil
import sys
from pathlib import Path

from crawler.run_report import Report, summary
from crawler.runner import project_settings, run
from demo.replica import running_replica
from kepu.messages import begin, said, say

FOLDER = Path("demo-data")
CRAWL_DELAY = 120
"""Seconds, as the robots.txt of the site's main hosts asks for; the demo keeps a six-thousandth of it."""
SCALE = 1 / 6000


def main() -> None:
    """Crawl the replica into demo-data/ with the spider, the settings and the URLs of a live crawl."""
    begin()
    shutil.rmtree(FOLDER, ignore_errors=True)
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
            "KEPU_PROGRESS": True,
            "LOG_ENABLED": False,
        }
        report = run("channel", {}, project_settings(**settings))
    for line in closing(report, database):
        print(line)
    sys.exit(int(report.status))


def closing(report: Report, database: Path) -> list[str]:
    """Return the lines that the demo ends with: what was done, where it is, and what to try next."""
    lines = summary(report)
    if report.message:
        return [*lines, said(report.message)]
    jsonl = database.with_suffix(".jsonl")
    programs = os.path.relpath(Path(sys.executable).parent)
    query = "select id, headline, date_published from articles limit 5"
    return [
        *lines,
        say("archive: {db} and {jsonl}", db=database, jsonl=jsonl),
        say("Next, try:"),
        f'  {programs}/sqlite-utils {database} "{query}" --table',
        f"  head -1 {jsonl} | {programs}/python -m json.tool --no-ensure-ascii",
        f"  {programs}/kepu search 水 --db {database}",
        f"  {programs}/kepu report --db {database}",
        f"  {programs}/kepu verify --db {database}",
        f"  {programs}/kepu crawl --contact you@example.org     "
        + say("(the live channel, at the pace that it asks for)"),
    ]


if __name__ == "__main__":
    main()
