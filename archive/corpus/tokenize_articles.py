"""Tokenize articles and number their types: for some rows in this process or, by `main`, in a process of its own."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from archive.corpus.corpus_files import DATELINE, HEADLINE, TEXT
from archive.numpy_arrays import Array, np
from archive.readonly import reading
from pipelines.segmentation.text.known_names import KnownNames
from pipelines.segmentation.text.parts_of_speech import norm
from pipelines.segmentation.text.words import tokens

BATCH = 200
"""Number of articles that are read at a time."""


class TypeNumbers(dict[str, int]):
    """Maps a token to the number of its type, that is, of its normal form. A new type gets the next number."""

    def __init__(self) -> None:
        super().__init__()
        self.types: dict[str, int] = {}
        """Normal form → number of the type."""

    def __missing__(self, token: str) -> int:
        number = self.types.setdefault(norm(token), len(self.types))
        self[token] = number
        return number


class Tokenized:
    """The tokens of some segments as type numbers, which are valid within this object only."""

    def __init__(self) -> None:
        self.numbers = TypeNumbers()
        self.tokens = array("I")
        self.pairs: list[Array] = []
        self.counts: list[Array] = []
        self.segments: list[tuple[int, int, int, int]] = []
        self._pairs = 0

    def add(self, seq: int, part: int, words: Iterable[str]) -> None:
        """Add a segment with its tokens; `part` is HEADLINE, DATELINE or TEXT."""
        start = len(self.tokens)
        self.segments.append((seq, part, start, self._pairs))
        self.tokens.extend(map(self.numbers.__getitem__, words))
        found, counts = np.unique(np.array(self.tokens[start:], dtype=np.uint32), return_counts=True)
        self.pairs.append(found)
        self.counts.append(counts.astype(np.uint32))
        self._pairs += len(found)

    def arrays(self) -> dict[str, Array]:
        """Return the arrays of corpus_files by name; the last row of `segments` is the end."""
        end = (0, 0, len(self.tokens), self._pairs)
        return {
            "tokens": np.frombuffer(self.tokens, dtype=np.uint32) if self.tokens else np.zeros(0, np.uint32),
            "pairs": np.concatenate(self.pairs) if self.pairs else np.zeros(0, np.uint32),
            "counts": np.concatenate(self.counts) if self.counts else np.zeros(0, np.uint32),
            "segments": np.array([*self.segments, end], dtype=np.int64).reshape(-1, 4),
        }


def parts(headline: str | None, dateline: str | None, text: str | None) -> Iterator[tuple[int, str]]:
    """Yield (part, text) for each part of an article. A dateline at the beginning of the text is a part of its own."""
    if headline:
        yield HEADLINE, headline
    text = text or ""
    at = text.find(dateline, 0, len(dateline) + 200) if dateline else -1
    if dateline and at >= 0 and not text[:at].strip("（( 　\n"):
        yield DATELINE, text[: at + len(dateline)]
        text = text[at + len(dateline) :]
    yield TEXT, text


def tokenized(path: Path, seqs: list[int], names: KnownNames, done: Any = lambda _: None) -> Tokenized:
    """Return the tokens of the articles with these seqs. `done` is called with the number of articles of each batch.

    Raises the ArchiveErrors of `reading`.
    """
    found = Tokenized()
    with reading(path) as db:
        for at in range(0, len(seqs), BATCH):
            batch = seqs[at : at + BATCH]
            sql = "SELECT seq, headline, dateline, text FROM articles WHERE seq IN (SELECT value FROM json_each(?))"
            for seq, *fields in db.execute(sql, (orjson.dumps(batch).decode(),)):
                for part, text in parts(*fields):
                    found.add(seq, part, tokens(text, names=names))
            done(len(batch))
    return found


def main() -> None:
    """Tokenize what a JSON line on standard input describes, and print the size of each batch when it is done.

    build_corpus starts this in a process; it reads the result from the file named `out`.
    """
    job = orjson.loads(sys.stdin.buffer.readline())

    def done(count: int) -> None:
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()

    found = tokenized(Path(job["path"]), job["seqs"], KnownNames(job["names"]), done)
    out = Path(job["out"])
    np.savez(out, **found.arrays())
    out.with_suffix(".txt").write_bytes("\n".join(found.numbers.types).encode())


if __name__ == "__main__":
    main()
