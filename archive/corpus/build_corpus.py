"""Update the corpus from the archive: tokenize new and changed articles, and copy the tokens of the others."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from sqlite_utils import Database

from archive.archive_names import archive_names
from archive.corpus.corpus_files import Corpus, CorpusFacts, NewCorpus, read, read_facts, write, write_facts
from archive.corpus.tokenize_articles import tokenized
from archive.corpus_folder import corpus_folder
from archive.duplicates.kept_articles import copies_in_order
from archive.filters import Selection, left_out
from archive.numpy_arrays import Array, np
from archive.readonly import reading
from kepu.errors import ArchiveError
from kepu.progress import Tell, nobody
from pipelines.segmentation.text.known_names import KnownNames
from pipelines.segmentation.text.traditional_characters import spellings
from pipelines.segmentation.text.words import tokenizer_facts

MANY = 4_000
"""Number of articles from which tokenizing is split between processes; below it, starting them takes longer."""

Piece = tuple[dict[str, Array], list[str]]
"""The arrays of `Tokenized.arrays`, and the list of types that their numbers refer to."""


def corpus_of(path: Path, progress: Tell = nobody) -> Corpus:
    """Return the corpus of the archive at `path`, updated first if the archive has changed.

    `progress` is called with the number of articles that are tokenized and the number to tokenize. If the folder of the
    archive is not writable, the corpus is stored in the folder for temporary files. Raises the ArchiveErrors of
    `reading`.
    """
    folder = corpus_folder(path)
    stamp = _stamp(path)
    facts = read_facts(folder)
    if facts is None or facts.stamp != stamp or _cut_otherwise(facts, KnownNames(facts.names)):
        made = _made(path, read(folder) if facts else None, progress)
        if made is None:
            assert facts is not None
            facts.stamp = stamp
            _stays(folder, facts)
        else:
            made.facts.stamp = stamp
            write(folder, made)
    return read(folder)


def _stays(folder: Path, facts: CorpusFacts) -> None:
    """Store the new file stamp for articles that have not changed, and delete the cached results of selections."""
    for kept in folder.glob("*.npz"):
        kept.unlink()
    write_facts(folder, facts)


def existing_corpus(path: Path) -> Corpus | None:
    """Return the corpus as it is stored, even if the archive has changed since, or None if there is none."""
    folder = corpus_folder(path)
    return read(folder) if read_facts(folder) is not None else None


def _cut_otherwise(facts: CorpusFacts, names: KnownNames) -> bool:
    """Return whether the present tokenizer with these names differs from the one that made the corpus."""
    return facts.tokenizer != dict(tokenizer_facts(names))


def _stamp(path: Path) -> list[int]:
    """Return the sizes and modification times of the database and its WAL, which change with every write."""
    found = []
    for each in (path, path.with_name(path.name + "-wal")):
        stat = each.stat() if each.exists() else None
        found += [stat.st_size, stat.st_mtime_ns] if stat and stat.st_size else [0, 0]
    return found


def _made(path: Path, old: Corpus | None, progress: Tell) -> NewCorpus | None:
    """Return the updated corpus, or None if the stored one already has exactly these articles and names."""
    with reading(path) as db:
        names = archive_names(db.conn)
        rows = _rows(db)
        kept = _unchanged(db, old, rows, names) if old else {}
        state = _state(db, rows)
    articles = [[id_, date or "", digest] for _, id_, date, digest in rows]
    is_same = len(kept) == len(rows) and old is not None and old.articles == articles
    if is_same and old is not None and [old.facts.names, old.facts.state] == [list(names.names), state]:
        return None
    pieces = _pieces(path, [row[0] for row in rows if row[0] not in kept], names, progress)
    if old is not None and kept:
        pieces.insert(0, _kept(old, kept))
    made = _joined(pieces)
    made.articles = rows
    made.facts = CorpusFacts(
        tokenizer=dict(tokenizer_facts(names)),
        names=list(names.names),
        state=state,
        latest=max((row[2] for row in rows if row[2]), default=None),
    )
    return made


def _rows(db: Database) -> list[tuple[int, str, str | None, str]]:
    """Return (seq, id, date, digest of the counted text) of each article, by date and id, those without a date last."""
    sql = (
        "SELECT seq, id, date_published, content_sha256, headline, dateline, "
        "CASE WHEN content_sha256 IS NULL THEN text END FROM articles "
        "ORDER BY date_published IS NULL, date_published, id"
    )
    found = []
    for seq, id_, date, *content in db.execute(sql):
        digest = hashlib.blake2b(orjson.dumps(content), digest_size=8).hexdigest()
        found.append((seq, id_, date, digest))
    return found


def _state(db: Database, rows: list[tuple[int, str, str | None, str]]) -> str:
    """Return a SHA-256 that differs between archives of which other articles or other texts would be counted.

    It covers the id, the day and the content of each article, whether it is left out (as a copy, or since it was taken
    down) if all articles are selected, and the order in which the articles of each cluster were first seen, by which
    a selection with filters decides which copy it keeps.
    """
    left = dict(
        db.execute(f"SELECT seq, {left_out(db.conn, Selection())} AS why FROM articles WHERE why IS NOT NULL")
    )
    order = copies_in_order(db.conn)
    lines = (
        f"{id_} {date} {digest} {left.get(seq) or '-'} {order.get(seq, 0)}"
        for seq, id_, date, digest in sorted(rows, key=lambda row: row[1])
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _unchanged(
    db: Database, old: Corpus, rows: list[tuple[int, str, str | None, str]], names: KnownNames
) -> dict[int, None]:
    """Return the seq of each article whose stored tokens are still right.

    That is, its text is the same and contains none of the names that were added to or removed from the list of names,
    in simplified or traditional characters.
    """
    if _cut_otherwise(old.facts, KnownNames(old.facts.names)):
        return {}
    moved = set(old.facts.names) ^ set(names.names)
    if len(moved) > 50:
        return {}
    known = {
        seq: (id_, digest) for seq, (id_, _, digest) in zip(old.seqs.tolist(), old.articles, strict=True)
    }
    kept = {seq: None for seq, id_, _, digest in rows if known.get(seq) == (id_, digest)}
    for name in {spelling for each in moved for spelling in spellings(each)}:
        sql = "SELECT seq FROM articles WHERE instr(text, ?) OR instr(headline, ?)"
        for (seq,) in db.execute(sql, (name, name)):
            kept.pop(seq, None)
    return kept


def _kept(old: Corpus, kept: dict[int, None]) -> Piece:
    """Return the stored tokens of these articles."""
    stays = np.isin(old.segments[:-1, 0], np.fromiter(kept, dtype=np.int64, count=len(kept)))
    starts, lengths = old.segments[:-1], np.diff(old.segments[:, 2:], axis=0)
    segments = np.vstack([starts[stays], [[0, 0, 0, 0]]])
    segments[:, 2:] = np.vstack([[[0, 0]], np.cumsum(lengths[stays], axis=0)])
    arrays = {
        "tokens": old.tokens[np.repeat(stays, lengths[:, 0])],
        "pairs": old.pairs[np.repeat(stays, lengths[:, 1])],
        "counts": old.counts[np.repeat(stays, lengths[:, 1])],
        "segments": segments,
    }
    return arrays, old.types


def _pieces(path: Path, seqs: list[int], names: KnownNames, progress: Tell) -> list[Piece]:
    total, done = len(seqs), 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    if total < MANY:
        found = tokenized(path, seqs, names, tell)
        return [(found.arrays(), list(found.numbers.types))]
    with tempfile.TemporaryDirectory() as folder:
        count = min(os.cpu_count() or 1, 8)
        size = -(-total // count)
        shares = [seqs[at : at + size] for at in range(0, total, size)]
        with _workers(path, shares, names, Path(folder)) as (workers, files):
            for line in _lines(workers):
                tell(int(line))
            if any(worker.wait() for worker in workers):
                raise ArchiveError("a process that tokenizes articles died; run the command again.")
        return [
            (dict(np.load(file)), file.with_suffix(".txt").read_text("utf-8").split("\n")) for file in files
        ]


@contextmanager
def _workers(
    path: Path, shares: list[list[int]], names: KnownNames, folder: Path
) -> Iterator[tuple[list[subprocess.Popen[bytes]], list[Path]]]:
    """Start a process for each share of the articles, and kill the processes at the end of the `with` block.

    Yields the processes and the file that each of them writes.
    """
    files = [folder / f"{n}.npz" for n in range(len(shares))]
    command = [sys.executable, "-m", "archive.corpus.tokenize_articles"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    workers: list[subprocess.Popen[bytes]] = []
    try:
        for share, file in zip(shares, files, strict=True):
            job = {"path": str(path.resolve()), "seqs": share, "names": names.names, "out": str(file)}
            worker = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
            workers.append(worker)
            assert worker.stdin is not None
            worker.stdin.write(orjson.dumps(job) + b"\n")
            worker.stdin.close()
        yield workers, files
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _lines(workers: list[subprocess.Popen[bytes]]) -> Iterator[bytes]:
    """Yield the lines that the processes print: all of the first process, then all of the next one."""
    for worker in workers:
        assert worker.stdout is not None
        yield from worker.stdout


def _joined(pieces: list[Piece]) -> NewCorpus:
    """Join pieces, each of which numbers its types from 0, to one corpus."""
    types: dict[str, int] = {}
    tokens, pairs, counts, segments = [], [], [], []
    token_count = pair_count = 0
    for arrays, known in pieces:
        number = np.array([types.setdefault(each, len(types)) for each in known], dtype=np.uint32)
        tokens.append(number[arrays["tokens"]] if len(number) else arrays["tokens"])
        pairs.append(number[arrays["pairs"]] if len(number) else arrays["pairs"])
        counts.append(arrays["counts"])
        segments.append(arrays["segments"][:-1] + np.array([0, 0, token_count, pair_count]))
        token_count += len(tokens[-1])
        pair_count += len(pairs[-1])
    end = [[0, 0, token_count, pair_count]]
    return NewCorpus(
        tokens=np.concatenate(tokens),
        segments=np.vstack([*segments, end]).astype(np.int64),
        pairs=np.concatenate(pairs),
        counts=np.concatenate(counts),
        types=list(types),
    )
