"""Measure how many paragraphs are restored exactly from dumps: `python -m bench.segmentation [--errors]`."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.segmentation.channels import CHANNELS, dump, pages
from pipelines.segmentation import normalize, paragraphs

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / ".." / "shared"


HEAD = "set                    paragraphs   exact  deleting  edited  certified  of them right   MB/s"


@dataclass(frozen=True, slots=True)
class Record:
    """A dump and its original paragraphs."""

    dump: str
    originals: list[str]


def main() -> None:
    """Print a row for each simulated channel, and for the shared set and its real dump if present."""
    show = "--errors" in sys.argv[1:]
    paragraphs("预热 AI 3")
    print(HEAD)
    for channel in CHANNELS:
        made = [dump(page, channel, n) for n, page in enumerate(pages(own_sentences()))]
        print(row(channel.name, [Record(text, shown) for text, shown in made], show=show))
    for name in ("dev", "hard"):
        path = SHARED / "segbench" / f"{name}.jsonl"
        if path.exists():
            print(row(f"shared {name}", list(shared(path)), show=show))
    real = SHARED / "dump" / "people-kepu-20231228"
    if real.with_suffix(".txt").exists():
        text = real.with_suffix(".txt").read_text(encoding="utf-8")
        body = [
            block["text"]
            for block in json.loads(real.with_suffix(".json").read_text(encoding="utf-8"))["body"]
        ]
        found = paragraphs(text)
        print(f"real dump: {sum(block in found for block in body)} of {len(body)} body blocks exact")


def own_sentences(name: str = "hard.txt") -> list[str]:
    """Return the sentences of a file in this folder: the hard ones, or those that no rule was improved on."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def shared(path: Path) -> Iterator[Record]:
    """Yield the records of the shared set, a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield Record(record["dump"], [paragraph["text"] for paragraph in record["paras"]])


def row(name: str, records: list[Record], *, show: bool) -> str:
    """Return one line of the table: how many paragraphs are restored exactly, and how fast.

    `deleting` is the share of paragraphs that would be exact if all white space within them were deleted. `certified`
    is the share of blocks with the certificate trivial, unique or likely, and `of them right` the share of these blocks
    that equal an original.
    """
    total = exact = bare = edited = size = 0
    certified: Counter[bool] = Counter()
    seconds = 0.0
    for record in records:
        began = time.perf_counter()
        found = paragraphs(record.dump)
        seconds += time.perf_counter() - began
        size += len(record.dump.encode())
        edited += _letters("".join(found)) != _letters(record.dump)
        total += len(record.originals)
        exact += sum((Counter(found) & Counter(record.originals)).values())
        bare += sum(_letters(text) == text for text in record.originals)
        for block in normalize(record.dump):
            if block.certificate in ("trivial", "unique", "likely"):
                certified[block.text in record.originals] += 1
        if show:
            for text in record.originals:
                if text not in found:
                    print(f"  {text}\n    {[other for other in found if _letters(other) == _letters(text)]}")
    sure = sum(certified.values())
    return (
        f"{name:22} {total:10} {exact / total:7.3f} {bare / total:9.3f} {edited:7} {sure / total:10.3f}"
        f" {certified[True] / max(sure, 1):14.3f} {size / 1e6 / seconds:6.2f}"
    )


def _letters(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    main()
