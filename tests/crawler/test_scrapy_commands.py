"""Scrapy commands in the checkout: only `crawl` opens an archive, and wrong arguments end before any request."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crawler.conftest import KEPU, Trial

Make = Callable[..., Trial]
SCRAPY = KEPU.with_name("scrapy")
CHECKOUT = Path(__file__).resolve().parents[2]
SECTION = "http://kpzg.people.com.cn/GB/404390/index.html"


def scrapy(crawl: Trial, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a Scrapy command in the checkout against a replica."""
    environment = os.environ | {
        "http_proxy": crawl.replica.proxy_url,
        "KEPU_DELAY_SCALE": "0",
        "KEPU_DB": str(crawl.db),
    }
    return subprocess.run(
        [SCRAPY, *words],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ["fetch", "--nolog", "--spider=channel", SECTION],
        ["shell", "--nolog", "--spider=channel", SECTION, "-c", "response.status"],
        pytest.param(["fetch", "--nolog", SECTION], marks=pytest.mark.campaign),
        pytest.param(["parse", "--nolog", "--spider=channel", SECTION], marks=pytest.mark.campaign),
        pytest.param(["list"], marks=pytest.mark.campaign),
        pytest.param(["check"], marks=pytest.mark.campaign),
    ],
)
def test_commands_leave_the_archive_alone(trial: Make, words: list[str]) -> None:
    crawl = trial()
    result = scrapy(crawl, *words)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()
    assert not list(crawl.db.parent.iterdir())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["channel", "-a", "limt=3"], "limit"),
        (["channel", "-a", "mode=everything"], "refresh, backfill or recheck"),
        (["dump", "-a", "path=/nowhere/at/all"], "no such file"),
    ],
)
def test_wrong_arguments_are_refused_before_any_request(trial: Make, words: list[str], says: str) -> None:
    crawl = trial()
    result = scrapy(crawl, "crawl", *words)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert crawl.replica.log() == []
