"""What a run did as Prometheus text, for the textfile collector of node_exporter: `kepu crawl --metrics FILE`."""

import time
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

from crawler.run_report import Report
from kepu.exit_status import Status

GOOD = frozenset({Status.OK, Status.NOTHING_NEW})
"""Ends of a run that reached its end without anything wrong."""

LAST_GOOD = "kepu_last_good_run_timestamp_seconds"


def write(report: Report, path: Path) -> None:
    """Write a run's metrics to a file, in one step.

    The time of the last good run is kept from the file that is there. Raises OSError where the file cannot be written.
    """
    now = time.time()
    registry = CollectorRegistry()

    def gauge(name: str, text: str, value: float) -> None:
        Gauge(name, text, registry=registry).set(value)

    if report.articles is not None:
        gauge("kepu_articles", "Articles in the archive.", report.articles)
    outcomes = Gauge(
        "kepu_run_articles", "Articles of the last run, by outcome.", ["outcome"], registry=registry
    )
    for outcome in ("new", "changed", "unchanged", "duplicate", "gone"):
        outcomes.labels(outcome).set(getattr(report, outcome))
    gauge("kepu_run_requests", "Requests of the last run.", report.requests)
    gauge("kepu_run_failures", "Pages of the last run that gave no article.", report.failed)
    gauge("kepu_run_alarms", "Alarms of the last run.", len(report.alarms))
    gauge("kepu_run_seconds", "Duration of the last run.", report.seconds)
    gauge("kepu_run_complete", "1 if every URL and list page found so far has been read.", report.complete)
    gauge("kepu_run_status", "Exit status of the last run.", int(report.status))
    gauge("kepu_last_run_timestamp_seconds", "When the last run ended.", now)
    if report.newest is not None:
        published = datetime.fromisoformat(report.newest).astimezone().timestamp()
        gauge("kepu_newest_article_age_seconds", "Age of the newest article.", max(0.0, now - published))
    good = now if report.status in GOOD else last_good(path)
    if good is not None:
        gauge(LAST_GOOD, "When a run last ended with nothing wrong.", good)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)


def last_good(path: Path) -> float | None:
    """Return when a run last ended with nothing wrong, by the file of an earlier run; None where it does not say."""
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
    return next((sample.value for one in families if one.name == LAST_GOOD for sample in one.samples), None)
