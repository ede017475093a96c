"""Make `pipelines/segmentation/dumps/gap_risks.toml`: how often each kind of gap is read wrongly on known texts.

    python -m bench.segmentation.calibrate FILE.jsonl …            writes the table
    python -m bench.segmentation.calibrate --check FILE.jsonl …    calibrates on one half, reports on the other

A file holds records of the shared bench's form: a dump, and the paragraphs that it was made of. The halves are
taken by document, so that a text that stands in several dumps stands in one half only.
"""

import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.segmentation.dumps import estimate_style, gap_risks
from pipelines.segmentation.dumps.certificates import LIKELY, paragraphs_of
from pipelines.segmentation.dumps.gap_risks import Habits, keys_of, rates_of, risk_of_all
from pipelines.segmentation.dumps.open_gaps import Gap
from pipelines.segmentation.dumps.restore_paragraphs import read_dump

TABLE = Path(gap_risks.__file__).with_name("gap_risks.toml")
HEAD = """\
# How often a gap was read wrongly, by its class (gap_risks.keys_of), measured by bench/segmentation/calibrate.py on
# dumps that w3m and several segmenters made of known texts. Nothing of those texts is here.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A paragraph that was read: its gaps, which of them were read wrongly, and whether all of it is right."""

    file: str
    document: str
    gaps: list[Gap]
    wrong: list[bool]
    right: bool
    wraps: bool
    habits: Habits


def seen(path: Path) -> Iterator[Seen]:
    """The paragraphs that were read of a file's dumps."""
    for row in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        texts = [paragraph["text"].strip() for paragraph in record["paras"]]
        spaces, ends = _truth(texts)
        yield from _seen(path.name, record["id"], record["dump"], spaces, ends)


def _truth(texts: list[str]) -> tuple[set[int], set[int]]:
    """Before which letters of all texts a space stands, and behind which a text ends."""
    spaces, ends, at = set(), {0}, 0
    for text in texts:
        for char in text:
            if char.isspace():
                spaces.add(at)
            else:
                at += 1
        ends.add(at)
    return spaces, ends


def _seen(file: str, document: str, dump: str, spaces: set[int], ends: set[int]) -> Iterator[Seen]:
    at = 0
    reads = read_dump(dump)
    for read in reads:
        at += len(read.group.mark)
        if read.block is None:
            continue
        offsets = []
        for char in read.block.text:
            offsets.append(at)
            at += not char.isspace()
        offsets.append(at)
        for first, last in paragraphs_of(read.block, read.reading):
            gaps = read.gaps.get(first, [])
            start, stop = offsets[read.block.lines[first].start], offsets[read.block.lines[last].stop]
            wrong = [(offsets[gap.at] in spaces) != gap.space for gap in gaps]
            whole = {start, stop} <= ends and not any(start < end < stop for end in ends)
            text = read.text(first, last)
            held, letter = set(), start
            for char in text:
                if char.isspace():
                    held.add(letter)
                else:
                    letter += 1
            right = whole and held == {space for space in spaces if start < space < stop}
            wraps = read.wraps(first, last)
            yield Seen(file, document, gaps, wrong, right, wraps, read.habits)


FEWEST = 8
"""Gaps of a class that are too few for a rate of its own: the wider class's serves."""
MOST_OF_ONE = 8
"""As many gaps of one document and class count at most: errors come in clusters, where an author has a habit."""


def counted(paragraphs: list[Seen]) -> dict[str, tuple[float, float]]:
    """For each class of gaps, how many there were and how many were read wrongly, weighted by document."""
    met: dict[tuple[str, str], list[bool]] = {}
    for paragraph in paragraphs:
        for gap, wrong in zip(paragraph.gaps, paragraph.wrong, strict=True):
            for key in keys_of(gap, paragraph.habits):
                met.setdefault((key, paragraph.document), []).append(wrong)
    found: dict[str, tuple[float, float]] = {}
    for (key, _), wrongs in met.items():
        weight = min(1.0, MOST_OF_ONE / len(wrongs))
        gaps, errors = found.get(key, (0.0, 0.0))
        found[key] = gaps + weight * len(wrongs), errors + weight * sum(wrongs)
    return found


def check(paragraphs: list[Seen]) -> None:
    """Print, for limits of risk, the share certified and the share of those that are right, on the half left out."""
    for half in (0, 1):
        inside = [p for p in paragraphs if zlib.crc32(p.document.encode()) % 2 == half]
        outside = [p for p in paragraphs if zlib.crc32(p.document.encode()) % 2 != half]
        rates = dict(rates_of(counted(inside)))
        risks = [risk_of_all(p.gaps, p.habits, rates) if p.wraps else 1.0 for p in outside]
        for limit in (LIKELY / 2, LIKELY, LIKELY * 2, LIKELY * 4):
            kept = [p for p, risk in zip(outside, risks, strict=True) if risk <= limit]
            print(f"half {half}, limit {limit:.4f}, pooled {_share(kept)}", end="")
            for file in sorted({p.file for p in outside}):
                own = [p for p in kept if p.file == file]
                count = len(own) / sum(p.file == file for p in outside)
                print(f"; {file[:10]} {count:.3f} of {_share(own)}", end="")
            print()


def _share(paragraphs: list[Seen]) -> str:
    return f"{sum(p.right for p in paragraphs) / max(1, len(paragraphs)):.4f}"


def main(arguments: list[str]) -> None:
    """Write the table, or check it."""
    files = [Path(name) for name in arguments if name != "--check"]
    paragraphs = [paragraph for path in files for paragraph in seen(path)]
    # What holds with the extra must hold without it.
    setattr(estimate_style, "thulac", lambda: None)  # noqa: B010
    paragraphs += [paragraph for path in files for paragraph in seen(path)]
    if "--check" in arguments:
        check(paragraphs)
        return
    counts = counted(paragraphs)
    rates = sorted((key, rate) for key, rate in rates_of(counts) if counts[key][0] >= FEWEST)
    lines = [f'"{key}" = {rate:.5f}' for key, rate in rates]
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
