"""Fit the weights in `gap_risks.toml`, from which the risk that a gap was read wrongly is computed.

    python -m bench.segmentation.calibrate FILE.jsonl …            writes the weights
    python -m bench.segmentation.calibrate --check FILE.jsonl …    fits on one half, reports on the other

A file has records in the form of the shared set: a dump and its original paragraphs; `"house": true` marks a page of
the site. `site_pages` makes such files of pages in the site's style and, with `--typists`, in other styles. The
sentences of `unseen.txt` are always part of the training data, and so are further dumps of the texts in the files, for
other terminals and through other segmenters (`further_seen`). The halves are split by document, so that all dumps of a
text are in the same half.
"""

import json
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.segmentation.__main__ import own_sentences
from bench.segmentation.channels import CHANNELS, Channel, dump, pages
from pipelines.segmentation.dumps.certificates import gap_risks
from pipelines.segmentation.dumps.certificates.certify import LIKELY, are_told, is_doubtful, risk_of_paragraph
from pipelines.segmentation.dumps.certificates.gap_risks import features
from pipelines.segmentation.dumps.certificates.habit_votes import Shown
from pipelines.segmentation.dumps.certificates.open_gaps import BY_HABIT, OpenGap
from pipelines.segmentation.dumps.certificates.page_habits import Habits
from pipelines.segmentation.dumps.certificates.paragraph_ends import is_broken
from pipelines.segmentation.dumps.dump_article import HOUSE
from pipelines.segmentation.dumps.forms.drawn_marks import undo
from pipelines.segmentation.dumps.readings.page_style import House
from pipelines.segmentation.dumps.readings.reading_text import paragraphs_of
from pipelines.segmentation.dumps.restored_blocks.dump_blocks import is_in_doubt
from pipelines.segmentation.dumps.restored_blocks.read_groups import read_dump
from pipelines.segmentation.dumps.restored_blocks.restored_rows import RestoredRows
from pipelines.segmentation.dumps.style import estimate_style
from pipelines.segmentation.dumps.w3m import Ambiguous

TABLE = Path(gap_risks.__file__).with_name("gap_risks.toml")
HEAD = """\
# What tells that a gap was read wrongly: weights of the features of gap_risks.features, in log-odds, fitted by
# bench/segmentation/calibrate.py on dumps that w3m and several segmenters made of known texts. Nothing of those
# texts is here.
"""
OWN = "unseen"
"""Name of our own sentences among the files."""
FURTHER = "further"
"""Name of the further dumps among the files, which only serve to fit the weights."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A restored paragraph: its gaps, which of them were read wrongly, and whether the whole is right."""

    file: str
    document: str
    gaps: list[OpenGap]
    wrong: list[bool]
    right: bool
    sound: bool
    """Whether only the risk of its gaps can make it uncertain: it wraps into its lines, ends where it must, and the
    page shows the typist's habit for its gaps."""
    habits: Habits
    shown: Shown
    """The typist's habits that it shows."""


def seen(path: Path) -> Iterator[Seen]:
    """Yield the restored paragraphs of the dumps in a file."""
    for row in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        texts = [paragraph["text"].strip() for paragraph in record["paras"]]
        house = HOUSE if record.get("house") else House()
        yield from _seen(path.stem, record["id"], record["dump"], *_truth(texts), house)


def own_seen() -> Iterator[Seen]:
    """Yield the restored paragraphs of dumps of our own sentences."""
    for channel in CHANNELS:
        for n, page in enumerate(pages(own_sentences("unseen.txt"), size=12)):
            text, shown = dump(page, channel, n)
            yield from _seen(OWN, f"own-{n}", text, *_truth(shown), House())


FURTHER_CHANNELS = (
    *(
        Channel(f"thulac-{columns}-{width.name}", columns, width, "thulac")
        for columns, width in ((80, Ambiguous.WIDE), (80, Ambiguous.NARROW), (120, Ambiguous.NARROW))
        if find_spec("thulac")
    ),
    Channel("dictionary-100-NARROW", 100, Ambiguous.NARROW, "dictionary"),
    Channel("neural-72-WIDE", 72, Ambiguous.WIDE, "neural"),
    Channel("crf-80-NARROW", 80, Ambiguous.NARROW, "crf"),
    Channel("oversplit-80-WIDE", 80, Ambiguous.WIDE, "oversplit"),
)
CHANNELS_OF_TEXT = 3
"""In how many of these channels a part of each text is read."""


def further_seen(path: Path) -> Iterator[Seen]:
    """Yield the restored paragraphs of further dumps of the texts in a file that has no pages of the site."""
    texts: dict[str, list[str]] = {}
    for row in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(row)
        if not record.get("house"):
            whole = [paragraph["text"].replace("\u3000", " ").strip() for paragraph in record["paras"]]
            texts[record["id"]] = [text for text in whole if text]
    for n, (name, paragraphs) in enumerate(texts.items()):
        chance = random.Random(name)
        for channel in chance.sample(FURTHER_CHANNELS, CHANNELS_OF_TEXT):
            size = chance.randint(2, 10)
            at = chance.randrange(max(1, len(paragraphs) - size + 1))
            text, shown = dump(paragraphs[at : at + size], channel, n)
            yield from _seen(FURTHER, name, text, *_truth(shown), House())


def _truth(texts: list[str]) -> tuple[set[int], set[int]]:
    """Return the letters of all texts before which there is a space, and those after which a text ends, as numbers."""
    spaces, ends, at = set(), {0}, 0
    for text in texts:
        for char in text:
            if char.isspace():
                spaces.add(at)
            else:
                at += 1
        ends.add(at)
    return spaces, ends


def _seen(
    file: str, document: str, dump: str, spaces: set[int], ends: set[int], house: House
) -> Iterator[Seen]:
    at = 0
    for read in read_dump(dump, None, house):
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
            right = whole and _held(read.text(first, last), start) == {
                space for space in spaces if start < space < stop
            }
            sound, shown = _is_sound(read, first, last), read.shown.get(first, frozenset())
            yield Seen(file, document, gaps, wrong, right, sound, read.habits, shown)


def _held(text: str, letter: int) -> set[int]:
    """Return the numbers of the letters before which a text has a space, counted from `letter`."""
    found = set()
    for char in text:
        if char.isspace():
            found.add(letter)
        else:
            letter += 1
    return found


def _is_sound(read: RestoredRows, first: int, last: int) -> bool:
    """Return whether only the risk of its gaps can make the paragraph in these lines uncertain (see `Seen.sound`)."""
    assert read.block is not None
    text = read.text(first, last)
    gaps, shown = read.gaps.get(first, []), read.shown.get(first, frozenset())
    return (
        read.wraps(first, last)
        and not is_in_doubt(read, read.block, first, last, text)
        and not any(is_doubtful(gap, read.habits, shown) for gap in gaps)
        and not is_broken(read.block, read.reading, read.terminal.limit, first, last, loose=read.loose)
        and are_told(gaps, read.habits, shown)
        and not undo(text)[2]
    )


MOST_OF_ONE = 8
"""Maximum number of gaps of one page and kind that count, because an author's habit causes clusters of errors."""
FEWEST = 10
"""Minimum number of documents with a feature for it to have a weight."""
RIDGE = 80.0
"""Strength of the L2 penalty on the weights."""
STEPS = 25
"""Maximum number of steps of Newton's method, which converges much earlier."""


def fitted(paragraphs: list[Seen]) -> dict[str, float]:
    """Return the weights of a logistic regression, with L2 penalty, for whether a gap was read wrongly."""
    rows: list[dict[str, float]] = []
    wrong: list[bool] = []
    counts: list[float] = []
    met: dict[str, set[str]] = {}
    kinds = Counter((id(p.habits), gap.kind) for p in paragraphs for gap in p.gaps if not gap.forced)
    for paragraph in paragraphs:
        for gap, is_wrong in zip(paragraph.gaps, paragraph.wrong, strict=True):
            # In our own sentences, spaces next to Han are set by the simulation, not by an author's habit.
            if gap.forced or (paragraph.file == OWN and gap.kind in BY_HABIT):
                continue
            rows.append(features(gap, paragraph.habits, paragraph.shown))
            wrong.append(is_wrong)
            counts.append(min(1.0, MOST_OF_ONE / kinds[id(paragraph.habits), gap.kind]))
            for name in rows[-1]:
                met.setdefault(name, set()).add(paragraph.document)
    names = [name for name, documents in met.items() if len(documents) >= FEWEST]
    return dict(zip(names, _regression(rows, names, np.array(wrong), np.array(counts)), strict=True))


def _regression(
    rows: list[dict[str, float]], names: list[str], wrong: np.ndarray, counts: np.ndarray
) -> list[float]:
    """Return the weights, by Newton's method on features scaled to unit standard deviation."""
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    spread = values.std(axis=0)
    spread[spread < 1e-6] = 1.0
    values /= spread
    ridge = np.full(len(names), RIDGE)
    ridge[names.index("")] = 1e-6
    weights = np.zeros(len(names))
    for _ in range(STEPS):
        odds = 1.0 / (1.0 + np.exp(-np.clip(values @ weights, -30.0, 30.0)))
        slope = values.T @ (counts * (odds - wrong)) + ridge * weights
        bend = (values * (counts * odds * (1.0 - odds))[:, None]).T @ values + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        # Far from the optimum, a full step may overshoot.
        weights -= step * min(1.0, 2.0 / max(1e-9, np.abs(step).max()))
        if np.abs(step).max() < 1e-5:
            break
    return [float(weight) for weight in weights / spread]


LIMITS = (LIKELY * 0.4, LIKELY * 0.6, LIKELY * 0.8, LIKELY, LIKELY * 1.2, LIKELY * 1.4)


def check(paragraphs: list[Seen]) -> None:
    """Print the share of certified paragraphs, and of right ones among them, by limit of risk.

    The weights are fitted on one half and tested on the other.
    """
    judged: list[tuple[Seen, float]] = []
    for half in (0, 1):
        inside = [p for p in paragraphs if zlib.crc32(p.document.encode()) % 2 == half]
        outside = [p for p in paragraphs if zlib.crc32(p.document.encode()) % 2 != half]
        weights = fitted(inside)
        for p in outside:
            risk = risk_of_paragraph(p.gaps, p.habits, p.shown, weights) if p.sound else 1.0
            judged.append((p, risk))
    judged = [each for each in judged if each[0].file != FURTHER]
    names = sorted({p.file for p, _ in judged})
    print("| limit of risk | pooled | " + " | ".join(names) + " |")
    print("|---|---|" + "---|" * len(names))
    for limit in LIMITS:
        cells = [_share([each for each in judged if each[0].file != OWN], limit)]
        cells += [_share([each for each in judged if each[0].file == name], limit) for name in names]
        print(f"| {limit:.4f} | " + " | ".join(cells) + " |")
    cells = [_share_of_pages([each for each in judged if each[0].file != OWN])]
    cells += [_share_of_pages([each for each in judged if each[0].file == name]) for name in names]
    print(f"| {LIKELY:.4f}, whole pages | " + " | ".join(cells) + " |")


def _share_of_pages(judged: list[tuple[Seen, float]]) -> str:
    """Return the share of pages of which every paragraph is certified, and how many of these are exact throughout."""
    pages: dict[int, list[tuple[Seen, float]]] = {}
    for each in judged:
        pages.setdefault(id(each[0].habits), []).append(each)
    kept = [page for page in pages.values() if all(risk <= LIKELY for _, risk in page)]
    right = sum(all(p.right for p, _ in page) for page in kept)
    return f"{len(kept) / max(1, len(pages)):.2f}, {right} of {len(kept)}"


def _share(judged: list[tuple[Seen, float]], limit: float) -> str:
    kept = [p for p, risk in judged if risk <= limit]
    right = sum(p.right for p in kept) / max(1, len(kept))
    return f"{len(kept) / max(1, len(judged)):.2f} at {right:.4f}"


def _all_seen(files: list[Path]) -> Iterator[Seen]:
    for path in files:
        yield from seen(path)
        yield from further_seen(path)
    yield from own_seen()


def main(arguments: list[str]) -> None:
    """Write the weights or, with `--check`, report on them."""
    files = [Path(name) for name in arguments if name != "--check"]
    paragraphs = list(_all_seen(files))
    # THULAC is disabled, so that the weights also hold without the extra.
    setattr(estimate_style, "thulac", lambda: None)  # noqa: B010
    paragraphs += _all_seen(files)
    if "--check" in arguments:
        check(paragraphs)
        return
    lines = [f"{json.dumps(name)} = {weight:.4f}" for name, weight in sorted(fitted(paragraphs).items())]
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
