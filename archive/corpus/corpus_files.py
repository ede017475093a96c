"""The files of a corpus: the tokens of every article as numbers, beside the archive in `NAME.corpus/`.

`tokens.u32` has the number of the type of each token. `segments.i64` has a row for each part of an article: seq, part
(0 headline, 1 dateline, 2 text), first token, first pair; the next row is its end. `pairs.u32` and `counts.u32` have
the types of each segment and how often each is in it; `rows.i64` says which article each segment is of.

`types.txt` has a type a line, in the form that is counted, and `folds.txt` the same with traditional characters
simplified; `words.u8` says whether each is a word, `ranks.u32` its place in the order of Unicode. `articles.txt` (id,
date, digest, parted by tabs) and `seqs.i64` are in the order of dates. `corpus.json` has versions, names and the
archive's state. All of it can be made again from the archive.
"""

import os
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from archive.numpy_arrays import Array, np
from pipelines.segmentation.text.traditional_characters import simplified

HEADLINE, DATELINE, TEXT = 0, 1, 2
"""The parts of an article, each a segment of its own."""

FORMAT = 1
"""Of the files; those of another are made anew."""


@dataclass(slots=True)
class CorpusFacts:
    """What `corpus.json` says."""

    format: int = FORMAT
    tokenizer: dict[str, Any] = field(default_factory=dict)
    """What made the tokens: see pipelines.segmentation.text.words.tokenizer_facts."""
    names: list[str] = field(default_factory=list)
    """The names that the texts were cut with."""
    state: str = ""
    """The SHA-256 of ids and contents of the articles: that of the archive when the files were made."""
    stamp: list[int] = field(default_factory=list)
    """Sizes and times of the archive's files then: where they are the same, nothing has changed."""
    latest: str | None = None
    """The last day of publication."""


@dataclass
class Corpus:
    """A corpus, its files read as they are needed."""

    tokens: Array
    segments: Array
    pairs: Array
    counts: Array
    seqs: Array
    """Of each article, in the order of dates."""
    rows: Array
    """Of each segment: which of `seqs` it is of."""
    is_word: Array
    """Of each type: whether it holds a letter or a digit. The others are punctuation."""
    ranks: Array
    """Of each type: its place in the order of Unicode."""
    facts: CorpusFacts
    folder: Path

    @cached_property
    def types(self) -> list[str]:
        """The types by number."""
        return (self.folder / "types.txt").read_text("utf-8").split("\n")

    @cached_property
    def folds(self) -> list[str]:
        """The same, their traditional characters simplified."""
        return (self.folder / "folds.txt").read_text("utf-8").split("\n")

    @cached_property
    def articles(self) -> list[list[str]]:
        """Id, date (empty where there is none) and digest of each article, in the order of `seqs`."""
        lines = (self.folder / "articles.txt").read_text("utf-8").split("\n")
        return [line.split("\t") for line in lines if line]

    @cached_property
    def segment_of_pair(self) -> Array:
        """The segment that each pair is of."""
        return np.repeat(np.arange(len(self.segments) - 1, dtype=np.int32), np.diff(self.segments[:, 3]))


def write(folder: Path, made: "NewCorpus") -> None:
    """Write a corpus to a new folder, which then takes the place of the old one."""
    new = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    seqs = np.array([row[0] for row in made.articles], dtype="<i8")
    order = np.argsort(seqs)
    arrays = {
        "tokens.u32": made.tokens.astype("<u4", copy=False),
        "pairs.u32": made.pairs.astype("<u4", copy=False),
        "counts.u32": made.counts.astype("<u4", copy=False),
        "segments.i64": made.segments.astype("<i8", copy=False),
        "seqs.i64": seqs,
        "rows.i64": order[np.searchsorted(seqs, made.segments[:-1, 0], sorter=order)].astype("<i8"),
        "words.u8": np.array([any(map(str.isalnum, each)) for each in made.types], dtype=bool),
        "ranks.u32": np.argsort(np.argsort(np.array(made.types, dtype=object))).astype("<u4"),
    }
    for name, values in arrays.items():
        values.tofile(new / name)
    (new / "types.txt").write_bytes("\n".join(made.types).encode("utf-8", "replace"))
    (new / "folds.txt").write_bytes("\n".join(map(simplified, made.types)).encode("utf-8", "replace"))
    rows = ("\t".join((id_, date or "", digest)) for _, id_, date, digest in made.articles)
    (new / "articles.txt").write_bytes("\n".join(rows).encode())
    write_facts(new, made.facts)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def write_facts(folder: Path, facts: CorpusFacts) -> None:
    """Write `corpus.json`."""
    (folder / "corpus.json").write_bytes(orjson.dumps(facts))


@dataclass(slots=True)
class NewCorpus:
    """A corpus that is to be written."""

    tokens: Array
    segments: Array
    pairs: Array
    counts: Array
    types: list[str]
    articles: list[tuple[int, str, str | None, str]] = field(default_factory=list)
    """seq, id, date and digest of each, in the order of dates."""
    facts: CorpusFacts = field(default_factory=CorpusFacts)


def read_facts(folder: Path) -> CorpusFacts | None:
    """Return what `corpus.json` says; None where there is no corpus, or one of another format."""
    try:
        found = orjson.loads((folder / "corpus.json").read_bytes())
        return CorpusFacts(**found) if found.get("format") == FORMAT else None
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def read(folder: Path) -> Corpus:
    """Return the corpus in a folder; its arrays are mapped, and read as they are used."""
    facts = read_facts(folder)
    assert facts is not None
    return Corpus(
        tokens=_mapped(folder / "tokens.u32", "<u4"),
        segments=np.fromfile(folder / "segments.i64", dtype="<i8").reshape(-1, 4),
        pairs=_mapped(folder / "pairs.u32", "<u4"),
        counts=_mapped(folder / "counts.u32", "<u4"),
        seqs=np.fromfile(folder / "seqs.i64", dtype="<i8"),
        rows=np.fromfile(folder / "rows.i64", dtype="<i8"),
        is_word=np.fromfile(folder / "words.u8", dtype=bool),
        ranks=np.fromfile(folder / "ranks.u32", dtype="<u4"),
        facts=facts,
        folder=folder,
    )


def _mapped(path: Path, kind: str) -> Array:
    return np.memmap(path, dtype=kind, mode="r") if path.stat().st_size else np.zeros(0, dtype=kind)
