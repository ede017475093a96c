"""`make bench`: compare the whole job with bare Scrapy, and extraction with parsing.

Each measurement runs in a process of its own. The two sides of a pair run one after the other on the same URLs of the
replica: first the whole job (fetch, extract, normalise, hash, archive, JSONL), then Scrapy with default settings, which
fetches the URLs in the server's log and does nothing with them. Scrapy's log is off on both sides. CPU is the user and
system time of the process, from the end of its imports to its end, including closing the archive.
"""

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import demo

ENCODINGS = {
    "identity": "plain bodies: the harder case for us",
    "gzip": "gzip without a charset in Content-Type, as static CDNs answer: bare Scrapy guesses one from gzip's bytes",
}


def cpu() -> float:
    """Return the seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> float:
    """Return the megabytes that this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(work: Callable[[], int]) -> dict[str, float]:
    """Run `work` in this process; return its number of pages, CPU milliseconds per page, and memory in MB.

    The memory is given at its peak, at a third of the time, and at the end, from samples every 50 ms.
    """
    samples: list[float] = []
    done = threading.Event()

    def sample() -> None:
        while not done.wait(0.05):
            samples.append(resident())

    sampler = threading.Thread(target=sample)
    sampler.start()
    before = cpu()
    pages = work()
    used = cpu() - before
    done.set()
    sampler.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    third = samples[len(samples) // 3]
    return {"pages": pages, "ms": used * 1000 / pages, "mb": peak, "mb_third": third, "mb_end": samples[-1]}


def whole_job(folder: Path, encoding: str) -> int:
    """Crawl the replica into an archive; return the number of fetched pages."""
    from crawler.runner import project_settings, run

    headers = {"Accept-Encoding": encoding, "Accept-Language": "zh-CN"}
    settings = {
        "KEPU_DB": str(folder / "kepu.db"),
        "KEPU_DELAY_SCALE": 0.0,
        "LOG_ENABLED": False,
        "DEFAULT_REQUEST_HEADERS": headers,
    }
    report = run("channel", {}, project_settings(**settings))
    if report.failed or report.message:
        raise SystemExit(f"the crawl of the replica failed: {report}")
    return report.pages


def bare_scrapy(urls: list[str], encoding: str) -> int:
    """Fetch URLs with Scrapy's default settings, and ignore the responses; return their number."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in urls:
                yield Request(url, dont_filter=True, headers={"Accept-Encoding": encoding})

        def parse(self, response: Any) -> None:
            pass

    process = AsyncCrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    crawler = process.create_crawler(Bare)
    process.crawl(crawler)
    process.start()
    return int(crawler.stats.get_value("response_received_count"))


def in_process(what: str, proxy: str, folder: Path, encoding: str) -> dict[str, float]:
    """Run one side of a pair in a process of its own; return what `measure` returns."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bench.job",
        "--side",
        what,
        "--folder",
        folder,
        "--encoding",
        encoding,
    ]
    done = subprocess.run(
        command, env={"http_proxy": proxy, "PATH": ""}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def pairs(
    replica: demo.RunningReplica, encoding: str, n: int
) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Yield n pairs of (whole job, bare Scrapy) on the same URLs."""
    for _ in range(n):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder, before = Path(name), len(replica.log())
            job = in_process("job", replica.proxy_url, folder, encoding)
            urls = [f"http://{entry['host']}{entry['path']}" for entry in replica.log()[before:]]
            (folder / "urls.json").write_text(json.dumps(urls))
            yield job, in_process("bare", replica.proxy_url, folder, encoding)


def extraction(size: int) -> tuple[float, float]:
    """Return the CPU milliseconds per page of parsing by lxml.html, and of our extraction, as medians over pages."""
    from lxml import html

    from kepu.records import Page
    from pipelines.build_article import article_from_page, normalize
    from pipelines.chrome.charset import decode

    parse: list[float] = []
    extract: list[float] = []
    for url, headers, body, _ in demo.pages(demo.articles(size)[:: max(1, size // 500)]):
        page = Page(body, url, url, status=200, content_type=headers.get("Content-Type"))
        source = decode(
            body, page.content_type
        ).text.encode()  # in UTF-8, because libxml2 stops at the first character that is not in GB2312
        started = time.process_time()
        html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
        between = time.process_time()
        normalize(article_from_page(page))
        parse.append(between - started)
        extract.append(time.process_time() - between)
    return statistics.median(parse) * 1000, statistics.median(extract) * 1000


def spread(values: list[float]) -> str:
    """Return the median and the range of some values, as text."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--size", type=int, default=3000, help="articles of the replica")
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--side", choices=["job", "bare"], help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--encoding", default="identity", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.side == "job":
        for module in ("crawler.runner", "crawler.spiders.channel", "pipelines.item_pipelines"):
            importlib.import_module(module)
        print(json.dumps(measure(lambda: whole_job(chosen.folder, chosen.encoding))))
    elif chosen.side == "bare":
        importlib.import_module("scrapy.crawler")
        urls = json.loads((chosen.folder / "urls.json").read_text())
        print(json.dumps(measure(lambda: bare_scrapy(urls, chosen.encoding))))
    else:
        report(chosen.size, chosen.pairs)


def report(size: int, n: int) -> None:
    """Measure `n` pairs on a replica of `size` articles, and print the results."""
    for encoding, words in ENCODINGS.items():
        with demo.running_replica(size=size, prerender=True) as replica:
            measured = list(pairs(replica, encoding, n))
        print(f"{words}; {n} pairs of {measured[0][0]['pages']:.0f} pages:")
        for name, side in (("whole job", 0), ("bare Scrapy", 1)):
            runs = [pair[side] for pair in measured]
            middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            print(
                f"  {name:11}  {spread([run['ms'] for run in runs])} ms CPU a page; memory {middle['mb_third']:.0f} MB "
                f"at a third of the run, {middle['mb_end']:.0f} MB at its end, {middle['mb']:.0f} MB at its peak"
            )
        print(f"  ratio        {spread([job['ms'] / bare['ms'] for job, bare in measured])}", flush=True)
    parse, extract = extraction(size)
    print(
        f"alone: lxml.html parses a page in {parse:.3f} ms; extraction, canonical text and hash take {extract:.3f} ms"
    )
    print(f"  ratio        {extract / parse:.2f}")


if __name__ == "__main__":
    main()
