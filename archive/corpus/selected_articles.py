"""The articles of a corpus that filters select, as an export with them would, and the parts that are counted."""

import hashlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import orjson

from archive.corpus.build_corpus import corpus_of
from archive.corpus.corpus_files import DATELINE, HEADLINE, TEXT, Corpus
from archive.filters import NothingFits, Selection, left_out, prepare, published_span, where
from archive.numpy_arrays import Array, np
from archive.readonly import reading
from archive.selection_keywords import Where, selection
from kepu.progress import Tell, nobody


@dataclass(frozen=True, slots=True)
class CountOptions:
    """Which parts and tokens of the selected articles are counted."""

    headline: bool = False
    """Whether headlines are counted."""
    dateline: bool = True
    """Whether datelines, such as 新华社北京4月24日电 at the beginning of a text, are counted."""
    punctuation: bool = False
    """Whether punctuation marks are counted as tokens."""


@dataclass
class Selected:
    """A corpus with the articles that are selected and the tokens that are counted."""

    path: Path
    """Path of the archive."""
    corpus: Corpus
    """The corpus of all articles."""
    selection: Selection
    """The filters that select articles."""
    counting: CountOptions
    """The options that say which tokens are counted."""
    is_row: Array
    """For each article, whether it is selected and is no copy that the selection leaves out."""

    @cached_property
    def is_segment(self) -> Array:
        """For each segment, whether it is counted."""
        wanted = [TEXT, *[HEADLINE] * self.counting.headline, *[DATELINE] * self.counting.dateline]
        return self.is_row[self.corpus.rows] & np.isin(self.corpus.segments[:-1, 1], wanted)

    @cached_property
    def is_type(self) -> Array:
        """For each type, whether it is counted."""
        return np.ones_like(self.corpus.is_word) if self.counting.punctuation else self.corpus.is_word

    @cached_property
    def is_pair(self) -> Array:
        """For each pair of segment and type, whether it is counted."""
        return self.is_segment[self.corpus.segment_of_pair] & self.is_type[self.corpus.pairs]

    @cached_property
    def sizes(self) -> Array:
        """Number of counted tokens of each article."""
        return self._summary["sizes"]

    @cached_property
    def totals(self) -> Array:
        """Number of counted occurrences of each type."""
        return self._summary["totals"]

    @property
    def tokens(self) -> int:
        """Number of counted tokens."""
        return int(self.sizes.sum())

    @cached_property
    def _summary(self) -> dict[str, Array]:
        return self.cached("summary", {}, self._summed)

    def _summed(self) -> dict[str, Array]:
        corpus = self.corpus
        counts = np.where(self.is_pair, corpus.counts, 0)
        by_segment = np.bincount(corpus.segment_of_pair, weights=counts, minlength=len(corpus.rows))
        sizes = np.bincount(corpus.rows, weights=by_segment, minlength=len(corpus.seqs))
        totals = np.bincount(corpus.pairs, weights=counts, minlength=len(corpus.is_word))
        return {"sizes": sizes.astype(np.int64), "totals": totals.astype(np.int64)}

    def cached(self, name: str, arguments: dict[str, Any], make: Any) -> dict[str, Array]:
        """Return the cached result of a computation over this selection, or call `make` and cache what it returns.

        `name` and `arguments` (its arguments) identify the computation. The cache is deleted when the archive changes.
        """
        identity = [name, arguments, self.selection.described(), asdict(self.counting)]
        digest = hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
        file = self.corpus.folder / f"{name}-{digest}.npz"
        if file.exists():
            with np.load(file) as found:
                return dict(found)
        made: dict[str, Array] = make()
        with suppress(OSError):  # If the folder belongs to another user, nothing is cached.
            np.savez(file, **made)
        return made

    def facts(self) -> dict[str, Any]:
        """Return what a table states about its basis: tokens, documents, selection, tokenizer, state of the archive."""
        about = self.corpus.facts
        meant = {name: value for name, value in self.selection.described().items() if value}
        return {
            "tokens": self.tokens,
            "documents": int(self.is_row.sum()),
            "selection": meant | asdict(self.counting),
            "tokenizer": about.tokenizer,
            "archive": {"articles": len(self.corpus.seqs), "latest": about.latest, "state": about.state},
        }


def select(
    path: Path,
    selection: Selection | None = None,
    counting: CountOptions | None = None,
    progress: Tell = nobody,
) -> Selected:
    """Return a selection of the corpus of the archive at `path`, which is updated first.

    `progress` is called with the number of articles tokenized and their total. Raises the ArchiveErrors of `reading`.
    """
    return select_from(path, corpus_of(path, progress), selection or Selection(), counting or CountOptions())


def select_some(
    path: Path,
    selection: Selection | None = None,
    counting: CountOptions | None = None,
    progress: Tell = nobody,
) -> Selected:
    """Return the same as `select`. Raises NothingFits if the archive has articles, but none that is selected."""
    found = select(path, selection, counting, progress)
    if found.is_row.size and not found.is_row.any():
        with reading(path) as db:
            first, last = published_span(db.conn)
        raise NothingFits(
            "no article fits the selection; the archive has {n}, published from {first} to {last}.",
            n=found.is_row.size,
            first=first,
            last=last,
        )
    return found


def select_from(path: Path, corpus: Corpus, selection: Selection, counting: CountOptions) -> Selected:
    """Return a selection of a corpus that is already up to date."""
    made = Selected(path, corpus, selection, counting, np.zeros(0, dtype=bool))
    made.is_row = made.cached("rows", {}, lambda: {"rows": _rows(path, corpus, selection)})["rows"]
    return made


def _rows(path: Path, corpus: Corpus, selection: Selection) -> Array:
    condition, values = where(selection)
    with reading(path) as db:
        prepare(db, selection)
        sql = f"SELECT seq FROM articles WHERE ({condition}) AND {left_out(db.conn, selection)} IS NULL"
        seqs = np.array([seq for (seq,) in db.execute(sql, values)], dtype=np.int64)
    return np.isin(corpus.seqs, seqs)


class CorpusFilters(Where, total=False):
    """The filters of an export, and which parts of the articles are counted."""

    headline: bool
    """Whether headlines are counted; the default is false."""
    dateline: bool
    """Whether datelines are counted; the default is true."""
    punctuation: bool
    """Whether punctuation marks are tokens; the default is false."""


def selected(
    path: Path,
    *,
    headline: bool = False,
    dateline: bool = True,
    punctuation: bool = False,
    **filters: Unpack[Where],
) -> Selected:
    """Return a selection of the corpus of the archive at `path` by keyword filters, as `select_some` does."""
    counting = CountOptions(headline=headline, dateline=dateline, punctuation=punctuation)
    return select_some(path, selection(**filters), counting)
