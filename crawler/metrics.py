"""Prometheus metrics of a run, for the textfile collector of node_exporter: `kepu crawl --metrics FILE`."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

from crawler.run_report import RunReport
from kepu.exit_status import Status

GOOD = frozenset({Status.OK, Status.NOTHING_NEW})
"""Exit statuses of runs without problems."""

LAST_GOOD = "kepu_last_good_run_timestamp_seconds"
"""Name of the metric that is carried over from the metrics file of the run before."""


def write(reports: Sequence[RunReport], path: Path) -> None:
    """Write the metrics of a run, or of the last runs of several shards, to a file in one step.

    If a report has a shard, every metric has the label `shard`. The time of the last good run is copied from the
    existing file. Raises OSError if the file is not writable.
    """
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    before = last_good(path)
    for report in reports:
        shard = {} if report.shard is None else {"shard": str(report.shard)}
        for name, text, labels, value in measures(report, before.get(shard.get("shard"))):
            names = [*shard, *labels]
            gauge = gauges.get(name) or Gauge(name, text, names, registry=registry)
            gauges[name] = gauge
            (gauge.labels(**shard, **labels) if names else gauge).set(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)


def measures(
    report: RunReport, good_before: float | None
) -> Iterator[tuple[str, str, dict[str, str], float]]:
    """Yield (name, description, labels, value) of each metric of a run.

    `good_before` is the time of the last good run before it, in seconds since 1970.
    """
    ended = report.finished_at
    now = time.time() if ended is None else datetime.fromisoformat(ended).timestamp()
    if report.articles is not None:
        yield "kepu_articles", "Articles in the archive.", {}, report.articles
    for outcome in ("new", "changed", "unchanged", "duplicate", "gone"):
        text = "Articles of the last run, by outcome."
        yield "kepu_run_articles", text, {"outcome": outcome}, getattr(report, outcome)
    yield "kepu_run_requests", "Requests of the last run.", {}, report.requests
    yield "kepu_run_failures", "Pages of the last run that gave no article.", {}, report.failed
    yield "kepu_run_alarms", "Alarms of the last run.", {}, len(report.alarms)
    yield "kepu_run_seconds", "Duration of the last run.", {}, report.seconds
    text = "1 if every URL and list page found so far has been read."
    yield "kepu_run_complete", text, {}, report.complete
    yield "kepu_run_status", "Exit status of the last run.", {}, int(report.status)
    yield "kepu_last_run_timestamp_seconds", "When the last run ended.", {}, now
    if report.newest is not None:
        published = datetime.fromisoformat(report.newest).astimezone().timestamp()
        age = max(0.0, now - published)
        yield "kepu_newest_article_age_seconds", "Age of the newest article.", {}, age
    good = now if report.status in GOOD else good_before
    if good is not None:
        yield LAST_GOOD, "When a run last ended with nothing wrong.", {}, good


def last_good(path: Path) -> dict[str | None, float]:
    """Return the time of the last good run by shard (None: no shard), from the metrics file of an earlier run.

    Times are seconds since 1970. The result is empty if the file is missing or is not a metrics file.
    """
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    samples = (sample for one in families if one.name == LAST_GOOD for sample in one.samples)
    return {sample.labels.get("shard"): sample.value for sample in samples}
