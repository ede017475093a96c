"""Complete crawls of the replica, as processes: modes, budgets, signals, and faulty hosts."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

import demo
from archive.verify import verify
from demo.stages import edited
from tests.crawler.conftest import KEPU, Trial
from tests.fork_server import run_program
from tests.waiting import wait_for

Make = Callable[..., Trial]
HOME = "http://kpzg.people.com.cn/"
ROBOTS = "http://kpzg.people.com.cn/robots.txt"
SECTION = "http://kpzg.people.com.cn/GB/404390/index.html"


def article_paths(trial: Trial) -> list[str]:
    return [
        path for path in trial.paths if path.endswith(".html") and "index" not in path and "home" not in path
    ]


# --- requests ----------------------------------------------------------------------------------------------


def test_refreshes_request_what_is_new_or_due(trial: Make, all_ids: set[str]) -> None:
    """The first run requests all, the second one page per source and section, a later one what is new or due."""
    crawl = trial(crawled=True)
    assert crawl.ids() == all_ids
    assert crawl.report["complete"] is True
    assert sum(crawl.report["urls"].values()) == sum(
        n for (n,) in crawl.rows("SELECT count(*) FROM urls WHERE kind = 'article'")
    )
    further_parts = sum(len(story.parts) - 1 for story in demo.articles())
    lists = crawl.report["requests"] - len(all_ids) - further_parts
    assert lists <= 22, "two of them are robots.txt"

    assert crawl.crawl(KEPU_CLOCK="2026-11-20T16:00:00Z").returncode == 10
    assert article_paths(crawl) == []
    assert max(Counter((line["host"], line["path"]) for line in crawl.log).values()) == 1
    assert len(crawl.paths) <= 12

    crawl.replica.stage(1)
    when = "2027-06-01T08:00:00Z"
    due = {
        url.split("cn", 1)[1]
        for (url,) in crawl.rows(f"SELECT url FROM urls WHERE kind = 'article' AND due_at <= '{when}'")
    }
    before = crawl.ids()
    assert crawl.crawl(KEPU_CLOCK=when).returncode == 0
    new = {story.id for story in demo.articles(stage=1)} - all_ids
    assert crawl.ids() - before == new
    asked = Counter(article_paths(crawl))
    assert due <= asked.keys()
    conditional = {line["path"] for line in crawl.log if line["if_none_match"] or line["if_modified_since"]}
    assert due <= conditional
    assert max(asked[path] for path in due) == 1
    assert crawl.report["changed"] == len(edited(1))
    assert crawl.report["gone"] == 1
    assert len(asked) <= len(due) + len(new) + further_parts + 1

    assert crawl.crawl(KEPU_CLOCK="2027-06-01T08:10:00Z").returncode == 10
    assert len(article_paths(crawl)) <= 1, "but for a second look at what is old"
    assert len(crawl.log) <= 15


def test_a_backfill_searches_by_month_and_reads_lists_to_the_end(trial: Make) -> None:
    crawl = trial()
    result = crawl.crawl("--mode", "backfill", "--since", "2024-01", "--until", "2024-06")
    assert result.returncode == 0
    assert "requests to kpzg.people.com.cn" in result.stdout, "how long it takes is said beforehand"
    assert sum(line["host"] == "search.people.cn" and line["method"] == "POST" for line in crawl.log) == 6
    wanted = {s.id for s in demo.articles() if "2024-01" <= s.published[:7] <= "2024-06" and s.listed}
    assert wanted
    assert wanted <= crawl.ids()
    again = crawl.crawl("--mode", "backfill", "--since", "2024-01", "--until", "2024-06")
    assert again.returncode == 10
    assert article_paths(crawl) == []


def test_a_recheck_requests_only_the_selected_articles(trial: Make) -> None:
    crawl = trial(crawled=True)
    one, two = sorted(crawl.ids())[:2]
    (url,) = next(iter(crawl.rows(f"SELECT url FROM articles WHERE id = '{two}'")))
    assert crawl.crawl("--id", one, "--url", url).returncode == 10
    parts = sum(len(s.parts) for s in demo.articles() if s.id in {one, two})
    assert len(crawl.paths) == parts, "each with all its parts, since any of them may have been corrected"
    assert crawl.report["unchanged"] == 2
    asked = len(crawl.replica.log())
    unknown = crawl.crawl("--id", "n1/1")
    assert unknown.returncode == 1, "an id that the archive never met is an error in every command"
    assert "n1/1" in unknown.stderr
    assert len(crawl.replica.log()) == asked


def test_a_dry_run_sends_no_requests(trial: Make) -> None:
    crawl = trial()
    result = crawl.crawl("--dry-run")
    assert result.returncode == 0
    assert HOME in result.stdout
    assert crawl.replica.log() == []
    assert not crawl.db.exists()


def test_budgets_span_runs(trial: Make, all_ids: set[str], first_crawl: Path) -> None:
    crawl = trial()
    asked, runs = 0, 0
    while (result := crawl.crawl("--budget", "60")).returncode == 11:
        asked += len(crawl.log)
        assert len(crawl.log) <= 60, "an article's further parts count before they are requested"
        runs += 1
        assert runs < 10, result.stdout
    assert result.returncode == 0
    assert crawl.ids() == all_ids
    undisturbed = json.loads((first_crawl / "report.json").read_bytes())["requests"]
    assert asked + len(crawl.log) <= 1.05 * undisturbed


def test_a_budget_of_a_day_counts_over_runs(trial: Make) -> None:
    crawl = trial()
    assert crawl.crawl("--budget", "30/day").returncode == 11
    assert crawl.crawl("--budget", "30/day").returncode == 11
    assert crawl.log == []
    before = crawl.ids()
    assert crawl.crawl("--limit", "3").returncode == 11
    assert crawl.report["new"] == len(crawl.ids() - before) == 3


def test_no_requests_are_sent_outside_the_permitted_hours(trial: Make) -> None:
    crawl = trial()
    result = crawl.crawl("--hours", "1-2", KEPU_CLOCK="2026-11-20T04:00:00Z")  # noon in Beijing
    assert crawl.log == []
    assert result.returncode in {11, 16}
    assert (
        crawl.crawl("--hours", "11-13", "--budget", "3", KEPU_CLOCK="2026-11-20T04:00:00Z").returncode == 11
    )
    assert crawl.paths


# --- signals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGTERM],
        [signal.SIGINT, signal.SIGINT],
        [signal.SIGHUP],
        pytest.param([signal.SIGINT], marks=pytest.mark.campaign),
    ],
)
def test_a_signal_ends_a_run_during_a_long_delay(trial: Make, signals: list[signal.Signals]) -> None:
    """The run does not wait for a request whose delay is ten minutes."""
    crawl = trial(crawl_delay=600)
    process = crawl.begin(KEPU_DELAY_SCALE="1")
    wait_for(lambda: len(crawl.replica.log()) >= 2)
    time.sleep(1)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.3)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, out + err
    assert "Traceback" not in out + err
    assert crawl.rows("SELECT count(*) FROM urls WHERE state = 'failed'") == [(0,)]
    assert verify(crawl.db).whole


# --- faulty hosts ------------------------------------------------------------------------------------------


def test_delays_are_kept_from_run_to_run(trial: Make) -> None:
    crawl = trial(crawl_delay=4)
    for _ in range(2):
        crawl.crawl("--budget", "6", KEPU_DELAY_SCALE="0.2")
    assert crawl.report["delays_asked"]["kpzg.people.com.cn"] == 4
    for host in {line["host"] for line in crawl.replica.log()}:
        times = [line["monotonic"] for line in crawl.replica.log() if line["host"] == host]
        wanted = 0.8 if host in {"kpzg.people.com.cn", "www.people.cn"} else 0.6
        assert all(b - a >= wanted for a, b in pairwise(times)), host


@pytest.mark.parametrize(
    ("robots", "status", "asked"),
    [
        ("500", 13, False),
        ("forbid", 13, False),
        ("delay 1e9", 0, True),
        ("elsewhere", 0, True),
        pytest.param("huge", 0, True, marks=pytest.mark.campaign),
        pytest.param("delay text", 0, True, marks=pytest.mark.campaign),
        pytest.param("agents", 0, True, marks=pytest.mark.campaign),
    ],
)
def test_forms_of_robots_txt(trial: Make, robots: str, status: int, asked: bool) -> None:
    crawl = trial(faults={"robots": robots})
    result = crawl.crawl("--sources", "home")
    assert (result.returncode, bool(crawl.paths)) == (status, asked), result.stdout + result.stderr
    assert not any("elsewhere" in line["host"] for line in crawl.log)


def test_robots_txt_that_starts_to_forbid_during_a_crawl(trial: Make) -> None:
    crawl = trial()
    crawl.crawl("--budget", "30")
    crawl.replica.faults({"robots": "forbid"})
    crawl.crawl(KEPU_ROBOTS_HOURS="0")
    assert crawl.paths == []
    refused = crawl.rows("SELECT count(*) FROM urls WHERE state = 'refused' AND code = 'robots'")[0][0]
    assert refused > 10
    assert crawl.rows("SELECT count(*) FROM urls WHERE state = 'pending'") == [(0,)]


def test_one_answer_in_ten_is_broken(trial: Make) -> None:
    wanted = {story.id for story in demo.articles()}
    crawl = trial(faults={"rate": 0.1, "seed": 5, "seconds": 3})
    for day in (20, 21, 22):
        crawl.crawl(KEPU_CLOCK=f"2026-11-{day}T08:00:00Z", KEPU_DOWNLOAD_TIMEOUT="0.6")
        if crawl.ids() == wanted and not crawl.rows(
            "SELECT 1 FROM articles WHERE warnings LIKE '%incomplete%'"
        ):
            break
    assert crawl.ids() == wanted
    assert crawl.rows("SELECT count(*) FROM failures")[0][0] > 5
    assert crawl.articles() == trial(crawled=True).articles()


ALWAYS = {
    "huge": "larger than any page",
    "inflating": "exceeded",
    "loop": "max redirections",
    "to file": "not an http or https URL",
    "to loopback": "127.0.0.1",
    "to elsewhere": "elsewhere.example",
    "hang": "no answer in time",
    "drip": "no answer in time",
    "reset": "the download failed",
    "chunk": "cut short",
    "stub": "",
    "empty": "",
    "waf": "",
    "to home": "",
}


def test_permanently_broken_pages_are_tried_a_few_times_and_reported(trial: Make) -> None:
    listed = sorted(
        (story for story in demo.articles() if story.listed and len(story.urls) == 1), key=lambda s: s.urls
    )
    stories = listed[:: len(listed) // len(ALWAYS)][
        : len(ALWAYS)
    ]  # apart, so that no host seems to be broken
    plan = {story.urls[0]: fault for story, fault in zip(stories, ALWAYS, strict=True)}
    crawl = trial(faults={"urls": plan, "seconds": 6})
    begin = time.monotonic()
    result = crawl.crawl(KEPU_DOWNLOAD_TIMEOUT="1.5", timeout=120)
    assert time.monotonic() - begin < 60
    assert "Traceback" not in result.stdout + result.stderr
    unlinked = {
        story.id for story in demo.articles() if not story.listed
    }  # only broken pages may link to them
    assert crawl.ids() | unlinked == {story.id for story in demo.articles()} - {story.id for story in stories}
    messages = dict(
        crawl.rows("SELECT url, coalesce(message, code) FROM urls WHERE state IN ('failed', 'gone')")
    )
    for url, fault in plan.items():
        assert url in messages, (fault, crawl.rows(f"SELECT * FROM urls WHERE url = '{url}'"))
        assert ALWAYS[fault] in messages[url], (fault, messages[url])
    assert crawl.report["failed"] >= len(ALWAYS) - 1
    assert not {line["host"] for line in crawl.log} & {"elsewhere.example", "127.0.0.1"}
    assert max(Counter(line["path"] for line in crawl.log).values()) <= 3 * 6


@pytest.mark.parametrize("fault", ["503 year", "waf", pytest.param("429", marks=pytest.mark.campaign)])
def test_a_host_that_refuses_is_left_alone(trial: Make, fault: str) -> None:
    crawl = trial(faults={"rate": 1, "kinds": [fault]})
    result = crawl.crawl("--sources", "home,sections", KEPU_DELAY_SCALE="0.002", KEPU_PATIENCE="0.5")
    assert result.returncode == 13, result.stdout + result.stderr
    assert len(crawl.paths) <= 10
    if fault == "503 year":  # a rest is kept from run to run
        assert crawl.crawl("--sources", "home", KEPU_DELAY_SCALE="0.002", KEPU_PATIENCE="0").returncode in {
            13,
            16,
        }
        assert crawl.log == []


def test_crawler_traps_are_left(trial: Make, all_ids: set[str]) -> None:
    crawl = trial(faults={"traps": True})
    result = crawl.crawl(timeout=60)
    assert result.returncode == 0, result.stderr
    assert crawl.ids() == all_ids
    assert len(crawl.paths) < len(all_ids) + 80
    assert crawl.crawl("--mode", "backfill", "--sources", "sections").returncode in {0, 10}
    assert len(crawl.paths) < 80


@pytest.mark.parametrize("sitemap", ["levels", "entities", "inflating"])
def test_hostile_sitemaps(trial: Make, sitemap: str) -> None:
    crawl = trial(faults={"sitemap": sitemap})
    crawl.crawl("--sources", "sitemaps")
    assert len(crawl.paths) <= 12
    assert crawl.rows("SELECT count(*) FROM urls WHERE kind = 'article' AND length(url) > 300") == [(0,)]
    assert len(crawl.report["sources"]) >= 1


def test_a_redesign_degrades_the_run_and_raises_an_alarm(trial: Make, tmp_path: Path) -> None:
    crawl = trial(crawled=True)
    kept = crawl.articles()
    # The alarm counts pages, of which half seem to be cut short, not requests.
    rung = tmp_path / "rung.json"
    listed = [story for story in demo.articles() if story.listed]
    crawl.replica.faults({"urls": {story.urls[0]: "empty" for story in listed}})
    ids = [f for story in listed for f in ("--id", story.id)]
    result = crawl.crawl("--mode", "recheck", *ids, "--alarm", f"cat > {rung}")
    assert result.returncode in {1, 12}, result.stdout
    assert json.loads(rung.read_bytes())["alarms"]
    assert crawl.articles() == kept


# --- the other commands ------------------------------------------------------------------------------------


def test_doctor(trial: Make, tmp_path: Path) -> None:
    crawl = trial()
    _, environment = crawl.command()
    save = tmp_path / "doctor"
    result = run_program(
        [KEPU, "doctor", "--json", "--save", str(save)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert {one["source"] for one in found["findings"] if one["works"]} >= {
        "home",
        "section",
        "search",
        "rolling",
        "article",
    }
    assert found["delays_asked"]["kpzg.people.com.cn"] == 120
    assert max(Counter(line["path"] + line["host"] for line in crawl.replica.log()).values()) == 1
    assert len(list(save.glob("*.body"))) == len(found["findings"])
    assert not crawl.db.exists()


def test_coverage(trial: Make) -> None:
    crawl = trial(crawled=True)
    result = run_program(
        [KEPU, "coverage", "--json", "--db", str(crawl.db)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    found = json.loads(result.stdout)
    assert sum(month["archived"] for month in found["months"]) == len(crawl.ids())
    assert sum(month["seen"] for month in found["months"]) == sum(crawl.report["urls"].values())
    assert all(section["ended_at"] for section in found["walks"])


def test_a_full_disk_ends_a_run_regularly(
    trial: Make, tmpfs: Callable[[str], Path], all_ids: set[str]
) -> None:
    crawl = trial()
    small = tmpfs("700k")
    crawl.db = small / "kepu.db"
    result = crawl.crawl()
    assert result.returncode == 14, result.stdout + result.stderr
    assert "free some room" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    subprocess.run(["mount", "-o", "remount,size=50m", str(small)], check=True)
    assert crawl.crawl().returncode == 0
    assert crawl.ids() == all_ids
    assert verify(crawl.db).whole
