"""How fast one archiver keeps what workers put into Redis, and what the queue costs there, on a Redis of this machine.

python -m bench.distributed [--articles 3000] [--urls 20000]
"""

import argparse
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import demo
from archive.store import Store
from archive.worker.archiver import Archiver
from archive.worker.feed import Feed
from crawler.distributed import connection, messages, scripts
from crawler.distributed.session import finding
from crawler.items import Capture, Discovery, Page
from pipelines.article import article_from_page, normalize
from pipelines.outcomes import Refused

VIA = Discovery("section", "http://kpzg.people.com.cn/GB/404214/index.html", "标题", "科普中国")


def frames(n: int) -> list[bytes]:
    """Return the frames of n articles of the replica, each with its capture."""
    made = []
    for url, headers, body, _ in demo.pages(demo.articles(n)):
        page = Page(
            body,
            url,
            url,
            status=200,
            content_type=headers["Content-Type"],
            fetched_at="2026-11-20T08:00:00Z",
        )
        capture = Capture(
            url, "2026-11-20T08:00:00Z", body, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", 200
        )
        try:
            article = normalize(article_from_page(page))
        except Refused:
            continue
        capture.payload_sha256 = article.provenance.payload_sha256
        made.append(messages.pack(article, [capture]))
    return made


def archiving(server: Any, folder: Path, packed: list[bytes]) -> None:
    """Fill the stream, then time the archiver alone."""
    for frame in packed:
        server.xadd("kepu:items", {"k": "item", "d": frame})
    with Store(folder / "kepu.db") as archive:
        archiver = Archiver(archive, server, Feed(archive, server, "kepu", "kpzg"), print)
        archive.run("channel", "refresh")
        begun, cpu = time.monotonic(), time.process_time()
        while archiver.step():
            pass
        seconds, cpu = time.monotonic() - begun - 1, time.process_time() - cpu  # the last step waits a second
        print(
            f"archiver: {len(packed)} pages of articles in {seconds:.2f} s: {len(packed) / seconds:.0f} a second; "
            f"{1000 * cpu / len(packed):.2f} ms CPU each (aim: 1,000 a second)"
        )


def queueing(server: Any, n: int) -> None:
    """Push URLs of 200 hosts, and hand some out."""
    server.flushall()
    push, pop = server.register_script(scripts.PUSH), server.register_script(scripts.POP)
    server.hset("kepu:about", "state", "running")
    before = server.info("memory")["used_memory"]
    begun = time.monotonic()
    for start in range(0, n, 100):
        found = []
        for i in range(start, min(start + 100, n)):
            url = f"http://h{i % 200}.people.com.cn/n1/2024/0105/c404214-{40000000 + i}.html"
            found.append(finding(url, "article", f"n1/{40000000 + i}", VIA, 0, "2026-11-20T08:00:00Z"))
        push(keys=["kepu"], args=found)
    pushed = time.monotonic() - begun
    server.delete("kepu:items")
    memory = (server.info("memory")["used_memory"] - before) / n
    begun = time.monotonic()
    while pop(keys=["kepu"], args=["bench", 30]):
        pass
    popped = (time.monotonic() - begun) / 200
    print(
        f"queue: {memory:.0f} bytes of Redis a waiting URL; "
        f"{1e6 * pushed / n:.0f} µs a push, {1e6 * popped:.0f} µs a pop"
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--urls", type=int, default=20000)
    options = parser.parse_args()
    if shutil.which("redis-server") is None:
        raise SystemExit("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", name, "--save", ""]
        redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            time.sleep(1)
            server = connection.connect(f"redis://127.0.0.1:{port}/0")
            archiving(server, Path(name), frames(options.articles))
            queueing(server, options.urls)
        finally:
            redis.terminate()
            redis.wait()


if __name__ == "__main__":
    main()
