"""Which articles and which of their parts are counted: the rows that an export with the same filters keeps."""

import hashlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import orjson

from archive.corpus.build_corpus import corpus_of
from archive.corpus.corpus_files import DATELINE, HEADLINE, TEXT, Corpus
from archive.filters import Selection, left_out, prepare, where
from archive.numpy_arrays import Array, np
from archive.readonly import reading
from archive.selection_keywords import Where, selection
from kepu.progress import Tell, nobody


@dataclass(frozen=True, slots=True)
class CountOptions:
    """What is counted of the articles."""

    headline: bool = False
    """Whether headlines are."""
    dateline: bool = True
    """Whether datelines (新华社北京4月24日电) are: they stand at the beginning of the text."""
    punctuation: bool = False
    """Whether punctuation marks are tokens."""


@dataclass
class Selected:
    """A corpus, and which part of it is counted."""

    path: Path
    corpus: Corpus
    selection: Selection
    counting: CountOptions
    is_row: Array
    """Of each article: whether it is meant and not left out."""

    @cached_property
    def is_segment(self) -> Array:
        """Of each segment: whether it is counted."""
        wanted = [TEXT, *[HEADLINE] * self.counting.headline, *[DATELINE] * self.counting.dateline]
        return self.is_row[self.corpus.rows] & np.isin(self.corpus.segments[:-1, 1], wanted)

    @cached_property
    def is_type(self) -> Array:
        """Of each type: whether it is counted."""
        return np.ones_like(self.corpus.is_word) if self.counting.punctuation else self.corpus.is_word

    @cached_property
    def is_pair(self) -> Array:
        """Of each pair: whether it is counted."""
        return self.is_segment[self.corpus.segment_of_pair] & self.is_type[self.corpus.pairs]

    @cached_property
    def sizes(self) -> Array:
        """Tokens by article."""
        return self._summary["sizes"]

    @cached_property
    def totals(self) -> Array:
        """Occurrences by type."""
        return self._summary["totals"]

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return int(self.sizes.sum())

    @cached_property
    def _summary(self) -> dict[str, Array]:
        return self.kept("summary", {}, self._summed)

    def _summed(self) -> dict[str, Array]:
        corpus = self.corpus
        counts = np.where(self.is_pair, corpus.counts, 0)
        by_segment = np.bincount(corpus.segment_of_pair, weights=counts, minlength=len(corpus.rows))
        sizes = np.bincount(corpus.rows, weights=by_segment, minlength=len(corpus.seqs))
        totals = np.bincount(corpus.pairs, weights=counts, minlength=len(corpus.is_word))
        return {"sizes": sizes.astype(np.int64), "totals": totals.astype(np.int64)}

    def kept(self, name: str, asked: dict[str, Any], make: Any) -> dict[str, Array]:
        """Return what was made of this selection before, or make it; it goes with the state of the archive."""
        said = [name, asked, self.selection.described(), asdict(self.counting)]
        digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
        file = self.corpus.folder / f"{name}-{digest}.npz"
        if file.exists():
            with np.load(file) as found:
                return dict(found)
        made: dict[str, Array] = make()
        with suppress(OSError):  # a folder that others own is read all the same
            np.savez(file, **made)
        return made

    def facts(self) -> dict[str, Any]:
        """Return the facts that every table states about its basis: tokens, documents, selection, tokenizer."""
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
    """Return the corpus of the archive at `path`, brought up to date, with what is selected of it."""
    return chosen(path, corpus_of(path, progress), selection or Selection(), counting or CountOptions())


def chosen(path: Path, corpus: Corpus, selection: Selection, counting: CountOptions) -> Selected:
    """Return another selection of a corpus that is up to date."""
    made = Selected(path, corpus, selection, counting, np.zeros(0, dtype=bool))
    made.is_row = made.kept("rows", {}, lambda: {"rows": _rows(path, corpus, selection)})["rows"]
    return made


def _rows(path: Path, corpus: Corpus, selection: Selection) -> Array:
    condition, values = where(selection)
    with reading(path) as db:
        prepare(db, selection)
        sql = f"SELECT seq FROM articles WHERE ({condition}) AND {left_out(db.conn, selection)} IS NULL"
        seqs = np.array([seq for (seq,) in db.execute(sql, values)], dtype=np.int64)
    return np.isin(corpus.seqs, seqs)


class CorpusFilters(Where, total=False):
    """Which articles are meant, and what is counted of them."""

    headline: bool
    """Whether headlines are counted."""
    dateline: bool
    """Whether datelines are; they are by default."""
    punctuation: bool
    """Whether punctuation marks are tokens."""


def selected(
    path: Path,
    *,
    headline: bool = False,
    dateline: bool = True,
    punctuation: bool = False,
    **filters: Unpack[Where],
) -> Selected:
    """Return the corpus of the archive at `path` with what these keywords select of it."""
    counting = CountOptions(headline=headline, dateline=dateline, punctuation=punctuation)
    return select(path, selection(**filters), counting)
