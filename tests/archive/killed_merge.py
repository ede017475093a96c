"""Merge archives again and again, each time killed (SIGKILL) after some statements of SQL, and look at what is left.

    python killed_merge.py FOLDER TIMES OTHER.db…

Prints how many merges were killed, one line. The last merge is not killed. FOLDER/all.db is what comes of all.
"""

import os
import random
import signal
import sys
from pathlib import Path

from archive import readonly, store
from archive.duplicates import decide_in_second_process
from archive.merge import merge_all
from archive.verify import verify


def merge_in_child(path: Path, others: list[Path], after: int) -> bool:
    """Merge in a child process that is killed after a number of statements; return whether it was killed."""
    child = os.fork()
    if child == 0:
        left = after

        def count(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def connect(where: Path) -> object:
            connection = readonly.connect(where)
            connection.set_trace_callback(count)
            return connection

        store.connect = connect  # type: ignore[assignment]
        merge_all(path, others)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    decide_in_second_process.FEWEST = (
        1  # A second process decides near duplicates, as it does for many articles.
    )
    folder, times, others = Path(sys.argv[1]), int(sys.argv[2]), [Path(each) for each in sys.argv[3:]]
    chance = random.Random(times)
    path, killed, statements = folder / "all.db", 0, 20_000
    for n in range(times):
        if merge_in_child(path, others, chance.randrange(1, statements)):
            killed += 1
            findings = verify(path) if path.exists() else None
            assert findings is None or findings.whole, findings.lines()
        else:
            # It came to its end first: the next ones begin anew, and die earlier.
            statements = max(statements // 2, 50)
            path.rename(folder / f"done-{n}.db")
            for beside in folder.glob("all*"):
                beside.rename(folder / beside.name.replace("all", f"done-{n}"))
    assert not merge_in_child(path, others, 0)
    print(killed)


if __name__ == "__main__":
    main()
