"""The files of a corpus, which has the tokens of every article as numbers, in `NAME.corpus/` beside the archive.

Arrays: `tokens.u32` has the type number of each token. `segments.i64` has a row for each part of an article: seq, part
(0 headline, 1 dateline, 2 text), index of its first token, index of its first pair; the next row shows where it ends.
`pairs.u32` and `counts.u32` have the types of each segment and how often each occurs in it. `rows.i64` has, for each
segment, the index of its article. `words.u8` says whether each type is a word. `ranks.u32` has the rank of each type in
the order of Unicode. `seqs.i64` has the seq of each article, by date.

Texts: `types.txt` has one type per line, in its normal form; `folds.txt` has the same with traditional characters
simplified. `articles.txt` has id, date and digest of each article, separated by tabs, by date. `corpus.json` has the
versions of format and tokenizer, the names and the state of the archive. All files can be made again from the archive.
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
"""The parts of an article; each is a segment."""

FORMAT = 2
"""Version of the file format. A corpus with another version is built again."""


@dataclass(slots=True)
class CorpusFacts:
    """The content of `corpus.json`."""

    format: int = FORMAT
    """Version of the format of the files."""
    tokenizer: dict[str, Any] = field(default_factory=dict)
    """What made the tokens: see pipelines.segmentation.text.words.tokenizer_facts."""
    names: list[str] = field(default_factory=list)
    """The names that the tokenizer knew."""
    state: str = ""
    """SHA-256 over ids and contents of the articles, and over which copies are counted, when the files were made."""
    stamp: list[int] = field(default_factory=list)
    """Sizes and modification times of the archive's files at that time. If they are the same, nothing has changed."""
    latest: str | None = None
    """The latest day of publication."""


@dataclass
class Corpus:
    """A corpus, whose arrays the description of this module explains. Texts are read when they are first used."""

    tokens: Array
    """Type number of each token."""
    segments: Array
    """For each part of an article: seq, part, index of its first token, index of its first pair. A last row shows the
    ends.
    """
    pairs: Array
    """Numbers of the types that occur in a segment, one segment after the other."""
    counts: Array
    """How often each of these types occurs in its segment."""
    seqs: Array
    """The seq of each article, by date."""
    rows: Array
    """For each segment, the index of its article in `seqs`."""
    is_word: Array
    """For each type, whether it has a letter or a digit. The other types are punctuation."""
    ranks: Array
    """For each type, its rank in the order of Unicode."""
    facts: CorpusFacts
    """The content of `corpus.json`."""
    folder: Path
    """Folder of the files."""

    @cached_property
    def types(self) -> list[str]:
        """The types; the index of a type is its number."""
        return (self.folder / "types.txt").read_text("utf-8").split("\n")

    @cached_property
    def folds(self) -> list[str]:
        """The types with their traditional characters simplified."""
        return (self.folder / "folds.txt").read_text("utf-8").split("\n")

    @cached_property
    def articles(self) -> list[list[str]]:
        """Id, date (empty if unknown) and digest of each article, in the order of `seqs`."""
        lines = (self.folder / "articles.txt").read_text("utf-8").split("\n")
        return [line.split("\t") for line in lines if line]

    @cached_property
    def segment_of_pair(self) -> Array:
        """For each pair, the index of its segment."""
        return np.repeat(np.arange(len(self.segments) - 1, dtype=np.int32), np.diff(self.segments[:, 3]))


def write(folder: Path, made: "NewCorpus") -> None:
    """Write a corpus to a new folder, then replace the old folder by it."""
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
    """A corpus that has not been written yet."""

    tokens: Array
    segments: Array
    pairs: Array
    counts: Array
    types: list[str]
    """The types in their normal form; the index of a type is its number."""
    articles: list[tuple[int, str, str | None, str]] = field(default_factory=list)
    """(seq, id, date, digest) of each article, by date."""
    facts: CorpusFacts = field(default_factory=CorpusFacts)


def read_facts(folder: Path) -> CorpusFacts | None:
    """Return the content of `corpus.json`, or None if there is no corpus or one of another format."""
    try:
        found = orjson.loads((folder / "corpus.json").read_bytes())
        return CorpusFacts(**found) if found.get("format") == FORMAT else None
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def read(folder: Path) -> Corpus:
    """Return the corpus in a folder, its largest arrays memory-mapped. Call it only if `read_facts` returns facts."""
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
