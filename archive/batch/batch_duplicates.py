"""Near duplicates over shards of records, with the sketches, limits, comparison and clusters of archive/duplicates.

Four stages, each a bucket a piece of work. `sketch`: of a shard's texts, their keys. `meet`: under one range of keys,
who shares which; a key lies in one range with all who have it, so that what is stock wording is as it is in one
archive. `judge`: pairs are truly compared. `settle`: the texts of one story lie in one piece of an archive, whose
articles get their places. Between the last two the links are joined in the process that began it all.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.batch.archive_decisions import NONE, TOLD_BY, Decisions, decided, standing
from archive.batch.executors import Run
from archive.batch.in_memory_archive import piece
from archive.batch.parquet_shards import STAGES, Bad, bucket, check_records, output, read, settle_bad, write
from archive.export.time_types import untyped
from archive.upsert import group_same_text

_OF_ARTICLE = ("id", "content_sha256", "date_published", "datetime_published", "char_count", "warnings")
"""What decides, beside its text, which article of a story counts."""

BATCH = 500
"""Texts sketched at a time."""

LINKS = ("repost", "edited")


def duplicates(
    shards: Sequence[Path],
    out: Path,
    run: Run,
    *,
    decisions: Decisions = NONE,
    keep_going: bool = False,
    force: bool = False,
) -> tuple[Counter[str], list[Bad]]:
    """Write the place of every article that has copies to shards in the folder `out`.

    A row has `article`, `duplicate_of`, `cluster`, `kind`, `similarity` as the archive has them. Returns how many
    articles there are of each kind, with the number of clusters, and which shards were left out. Needs numpy. An
    article may lie in one shard only. What was forgotten is passed over as if it were in none, and a text that a
    person let stand alone is in no story but its own: `decisions`.
    """
    bad = check_records(shards)
    settle_bad(bad, keep_going=keep_going)
    left_out = {each.shard for each in bad}
    todo = [
        (n, path.absolute()) for n, path in enumerate(path for path in shards if str(path) not in left_out)
    ]
    of = len(todo)
    with output(out, "duplicates", force=force) as made:
        stage = (made / STAGES).absolute()
        run(partial(sketch, decisions, stage, of), todo)
        run(partial(meet, stage, of), range(of))
        run(partial(judge, stage, of), range(of))
        _join(stage, of, decisions.alone)
        counts: Counter[str] = sum(run(partial(settle, stage, made.absolute(), of), range(of)), Counter())
    return counts, bad


def _all(stage: Path, what: str, of: int) -> list[Path]:
    return [_path(stage, what, n) for n in range(of)]


def _path(stage: Path, what: str, n: int) -> Path:
    return stage / f"{what}-{n:05}.parquet"


# --- sketch ------------------------------------------------------------------------------------------------


def sketch(decisions: Decisions, stage: Path, of: int, what: tuple[int, Path]) -> None:
    """Write the articles, the texts and the keys of one shard of records."""
    from archive.duplicates.shingles import shingle
    from archive.duplicates.signatures import sketch as sketches_of

    n, path = what
    columns = {*_OF_ARTICLE, *TOLD_BY, "text_canonical"}
    with decided(decisions) as db:
        found = standing(db, untyped(read([path], sorted(columns)).to_pylist()))
        rows = [row for row in found if row["content_sha256"]]
    texts = {row["content_sha256"]: row["text_canonical"] for row in rows}
    digests, signatures, owners, keys = list(texts), [], [], []
    waiting = iter(digests)
    while some := list(islice(waiting, BATCH)):
        made = sketches_of(shingle([texts[digest] for digest in some]))
        signatures += [signature.tobytes() for signature in made.signatures]
        owners += [some[place] for place in made.texts.tolist()]
        keys += made.keys.tolist()
    buckets = [bucket(row["content_sha256"], of) for row in rows]
    kinds = {name: ("int64" if name == "char_count" else "string") for name in _OF_ARTICLE[:-1]}
    articles: dict[str, tuple[str, Sequence[Any]]] = {
        name: (kind, [row[name] for row in rows]) for name, kind in kinds.items()
    }
    articles["incomplete"] = ("bool_", ["incomplete" in row["warnings"] for row in rows])
    write(_path(stage, "articles", n), {"bucket": ("int32", buckets)} | articles)
    write(
        _path(stage, "texts", n),
        {
            "bucket": ("int32", [bucket(digest, of) for digest in digests]),
            "digest": ("string", digests),
            "signature": ("binary", signatures),
            "text": ("string", list(texts.values())),
        },
    )
    # The lowest bit of a key says of which kind it is.
    ranges = [(key >> 1) % of for key in keys]
    write(
        _path(stage, "keys", n),
        {"bucket": ("int32", ranges), "key": ("uint64", keys), "digest": ("string", owners)},
    )


# --- meet --------------------------------------------------------------------------------------------------


def meet(stage: Path, of: int, number: int) -> None:
    """Write which texts share which telling keys of one range."""
    from archive.duplicates.candidates import candidates
    from archive.duplicates.numpy_extra import np

    found = read(_all(stage, "keys", of), ["key", "digest"], [("bucket", "=", number)])
    found = found.group_by(["key", "digest"]).aggregate([])  # one text in several shards
    digests = sorted(set(found["digest"].to_pylist()))
    numbers = {digest: n for n, digest in enumerate(digests, 1)}
    texts = np.array([numbers[digest] for digest in found["digest"].to_pylist()], dtype=np.int64)
    a, b, keys = [], [], []
    if len(texts):
        with piece() as db:
            met, _ = candidates(db.conn, found["key"].to_numpy().astype(np.uint64), texts)
        a, b = ([digests[n - 1] for n in side.tolist()] for side in (met.a, met.b))
        keys = met.keys.tolist()
    write(
        _path(stage, "met", number),
        {
            "bucket": ("int32", [bucket(digest, of) for digest in a]),
            "a": ("string", a),
            "b": ("string", b),
            "key": ("uint64", keys),
        },
    )


# --- judge -------------------------------------------------------------------------------------------------


def judge(stage: Path, of: int, number: int) -> None:
    """Compare the pairs of one bucket and write what they are, as rows of `near_pairs`."""
    from archive.duplicates.candidates import Candidates
    from archive.duplicates.numpy_extra import np
    from archive.duplicates.pair_verdicts import write_new

    met = read(_all(stage, "met", of), ["a", "b", "key"], [("bucket", "=", number)]).to_pylist()
    met.sort(key=lambda row: (row["a"], row["b"], row["key"]))
    digests = sorted({row[side] for row in met for side in "ab"})
    numbers = {digest: n for n, digest in enumerate(digests, 1)}
    rows: list[tuple[Any, ...]] = []
    with piece() as db:
        signatures = _fill(db, _texts(stage, of, digests), numbers)
        empty = np.zeros(0, dtype=np.uint64)
        a, b = (np.array([numbers[row[side]] for row in met], dtype=np.int64) for side in "ab")
        keys = np.array([row["key"] for row in met], dtype=np.uint64)
        write_new(db.conn, Candidates(a, b, keys, empty, empty), signatures)
        for first, second, *row in db.conn.execute("SELECT * FROM near_pairs ORDER BY a, b"):
            rows.append((digests[first - 1], digests[second - 1], *row))
    _write_pairs(_path(stage, "judged", number), rows)


def _texts(stage: Path, of: int, digests: Sequence[str]) -> list[dict[str, Any]]:
    """Return texts with their signatures, each once."""
    if not digests:
        return []
    table = read(_all(stage, "texts", of), ["digest", "signature", "text"], [("digest", "in", list(digests))])
    return list({row["digest"]: row for row in table.to_pylist()}.values())


def _fill(db: Database, texts: list[dict[str, Any]], numbers: dict[str, int]) -> dict[int, bytes]:
    """Put texts into a piece, an article each under the number of the text; return their signatures."""
    for row in texts:
        n = numbers[row["digest"]]
        db.conn.execute(
            "INSERT INTO articles (seq, id, text_canonical, warnings) VALUES (?, ?, ?, '[]')",
            (n, row["digest"], row["text"]),
        )
        db.conn.execute("INSERT INTO near_articles VALUES (?, ?)", (n, n))
    return {numbers[row["digest"]]: row["signature"] for row in texts}


_PAIR = {
    "a": "string", "b": "string", "kind": "string", "found": "string", "jaccard": "float64", "contained": "float64",
    "kept": "float64", "ratio": "float64", "keys": "binary",
}  # fmt: skip


def _write_pairs(path: Path, rows: list[tuple[Any, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_PAIR)
    write(path, {name: (kind, column) for (name, kind), column in zip(_PAIR.items(), columns, strict=True)})


# --- join and settle ---------------------------------------------------------------------------------------


def _join(stage: Path, of: int, alone: frozenset[str]) -> None:
    """Write to which story each linked text belongs. All links are in memory here: 200 bytes each, about.

    What is to stand `alone` is linked with nothing, and so nothing by it.
    """
    root: dict[str, str] = {}

    def find(digest: str) -> str:
        while (up := root.setdefault(digest, digest)) != digest:
            root[digest] = digest = root[up]
        return digest

    links = read(_all(stage, "judged", of), ["a", "b"], [("kind", "in", LINKS)])
    for a, b in zip(links["a"].to_pylist(), links["b"].to_pylist(), strict=True):
        if a in alone or b in alone:
            continue
        first, second = sorted((find(a), find(b)))
        root[second] = first
    linked = sorted(root)
    write(
        stage / "stories.parquet",
        {
            "bucket": ("int32", [bucket(find(digest), of) for digest in linked]),
            "digest": ("string", linked),
        },
    )


def settle(stage: Path, made: Path, of: int, number: int) -> Counter[str]:
    """Write the places of the articles whose stories lie in one bucket; return how many there are of each kind."""
    from archive.duplicates.clusters import settle as settle_stories

    stories = read([stage / "stories.parquet"])
    here = {row["digest"] for row in stories.to_pylist() if row["bucket"] == number}
    elsewhere = set(stories["digest"].to_pylist()) - here
    rows = _articles(stage, of, number, here, elsewhere)
    numbers = {digest: n for n, digest in enumerate(sorted({row["content_sha256"] for row in rows}), 1)}
    with piece() as db:
        texts = {row["digest"]: row for row in _texts(stage, of, sorted(numbers))}
        for seq, row in enumerate(rows, 1):
            text = texts[row["content_sha256"]]["text"]
            _place(db, seq, row, text, numbers[row["content_sha256"]])
        for digest, n in numbers.items():
            db.conn.execute(
                "INSERT INTO near_texts VALUES (?, ?, ?)",
                (n, bytes.fromhex(digest), texts[digest]["signature"]),
            )
            group_same_text(db, digest, run=None, now="")
        for a, b, *pair in _pairs(stage, of, here):
            db.conn.execute(
                "INSERT INTO near_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (numbers[a], numbers[b], *pair)
            )
        settle_stories(db.conn, numbers.values())
        return _write_members(db, made / f"duplicates-{number:05}.parquet")


def _articles(stage: Path, of: int, number: int, here: set[str], elsewhere: set[str]) -> list[dict[str, Any]]:
    """Return the articles with linked texts of this bucket, and those that share one text alone, by id."""
    alone = [("bucket", "=", number)]
    either = [alone, [("content_sha256", "in", sorted(here))]] if here else alone
    rows = [
        row
        for row in read(_all(stage, "articles", of), filters=either).to_pylist()
        if row["content_sha256"] not in elsewhere
    ]
    have = Counter(row["content_sha256"] for row in rows)
    found = [row for row in rows if row["content_sha256"] in here or have[row["content_sha256"]] > 1]
    return sorted(found, key=lambda row: str(row["id"]))


def _place(db: Database, seq: int, row: dict[str, Any], text: str, n: int) -> None:
    db.conn.execute(
        "INSERT INTO articles (seq, id, content_sha256, date_published, datetime_published, char_count, warnings, "
        "text_canonical) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            seq,
            row["id"],
            row["content_sha256"],
            row["date_published"],
            row["datetime_published"],
            row["char_count"],
            '["incomplete"]' if row["incomplete"] else "[]",
            text,
        ),
    )
    db.conn.execute("INSERT INTO near_articles VALUES (?, ?)", (seq, n))


def _pairs(stage: Path, of: int, here: set[str]) -> list[tuple[Any, ...]]:
    """Return the pairs within the stories of this bucket."""
    if not here:
        return []
    table = read(_all(stage, "judged", of), list(_PAIR), [("a", "in", sorted(here))])
    return [tuple(row[name] for name in _PAIR) for row in table.to_pylist() if row["b"] in here]


def _write_members(db: Database, path: Path) -> Counter[str]:
    rows = db.conn.execute(
        "SELECT a.id, a.duplicate_of, m.cluster, m.kind, m.similarity FROM articles a "
        "JOIN near_members m USING (seq) ORDER BY m.cluster, m.kind != 'canonical', m.similarity DESC, a.id"
    ).fetchall()
    names = {"article": "string", "duplicate_of": "string", "cluster": "string", "kind": "string"}
    kinds = names | {"similarity": "float64"}
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    write(path, {name: (kind, column) for (name, kind), column in zip(kinds.items(), columns, strict=True)})
    return Counter(f"articles {row[3]}" for row in rows) + Counter(clusters=len({row[2] for row in rows}))
