"""A process that writes articles until it is killed and prints what is committed, for test_kill.py."""

import random
import sys
from pathlib import Path

from kepu.fast_start import import_sqlite_utils

import_sqlite_utils()

from archive import jsonl  # noqa: E402  after sqlite-utils, which is imported without pandas
from archive.store import Store  # noqa: E402
from kepu.records import Appearance, Article, Block, Provenance  # noqa: E402
from pipelines.build_article import normalize  # noqa: E402


def article(n: int, version: int) -> Article:
    """Return an invented article; every fifth has the text of the one before it, and no others are similar."""
    number = n - (n % 5 == 4)
    chance = random.Random(f"{number} {version}")
    words = ["雾", "日出", "河面", "气温", "水汽", "山谷", "散尽", "凝结", "观测", "清晨", "风速", "草叶"]
    sentences = ("".join(chance.choices(words, k=9)) + "。" for _ in range(12))
    text = f"第{number}号观测站的记录，第{version}版：" + "".join(sentences)
    url = f"http://kpzg.people.com.cn/n1/2024/0105/c404214-{n}.html"
    made = Article(
        id=f"n1/{n}", url=url, url_requested=url, appearances=[Appearance(url)], headline=f"雾（{n}）"
    )
    made.blocks, made.text = [Block("paragraph", text)], text
    made.provenance = Provenance(fetched_at="2026-01-02T03:04:05Z")
    return normalize(made)


def main(path: str, start: str, version: str) -> None:
    """Write articles from number `start`, seven per batch, and sometimes edit an earlier one."""
    with Store(Path(path)) as archive:
        archive.run("writer")
        n = int(start)
        while True:
            for _ in range(7):
                archive.put(article(n, int(version)))
                n += 1
            archive.put(article(n // 2, int(version) + n))
            archive.commit()
            sys.stdout.write(f"{n}\n")
            sys.stdout.flush()


def amend(path: str, start: str, version: str) -> None:
    """Do the same in consecutive runs, each of which amends lines of the JSONL however small it is."""
    jsonl.SMALL, jsonl.SHARE = 0, 0.5
    n = int(start)
    while True:
        with Store(Path(path)) as archive:
            for _ in range(7):
                archive.put(article(n, int(version)))
                n += 1
            for other in (n // 2, n // 3):
                archive.put(article(other, int(version) + n))
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    {"write": main, "amend": amend}[sys.argv[1]](*sys.argv[2:])
