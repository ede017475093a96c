"""A process that stores captures until it is killed and prints what is committed, for test_stops.py."""

import sys
from pathlib import Path

from archive.store import Store
from tests.archive.captures.conftest import answer, body
from tests.archive.writer import article


def main(path: str, start: str) -> None:
    """Write articles from number `start`, three per batch, some with the bytes of an earlier one."""
    with Store(Path(path), warc_bytes=60_000) as archive:
        archive.run("writer")
        n = int(start)
        while True:
            for _ in range(3):
                archive.put(article(n, 0), [answer(n, body(n - n % 7 // 6))])
                n += 1
            archive.commit()
            sys.stdout.write(f"{n}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
