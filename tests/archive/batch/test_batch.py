"""A batch over shards gives the records, clusters and exports of one archive, with any executor."""

import os
import random
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

import demo
from archive import duplicate_summary
from archive.batch import executors as engines
from archive.batch.batch_duplicates import duplicates
from archive.batch.batch_export import export
from archive.batch.batch_rebuild import rebuild
from archive.batch.executors import Executor, engine, here
from archive.batch.parquet_shards import BadShards
from archive.duplicates.kept_articles import why_left_out
from archive.export.atomic_folder import SUMS, InTheWay
from archive.export.card import check
from archive.export.export_options import ExportOptions, Layer, Profile
from archive.export.exporter import export as export_archive
from archive.filters import Selection
from archive.store import Store, reading
from bench.duplicates import composed, planted
from bench.rebuild import page_of
from kepu.cli.main import main
from kepu.records import Article
from pipelines.build_article import article_from_page, captures_of, normalize
from pipelines.validate import validate

pq = pytest.importorskip("pyarrow.parquet")
dask = pytest.importorskip("dask")
pytest.importorskip("distributed")

FULL = ExportOptions("parquet", "full", selection=Selection(duplicates=True), files="month")
BY_YEAR = replace(FULL, files="year")
ARTICLES = 48
SHARD = 30_000
"""Bytes of a WARC file, so that the replica fills several, and articles, parts and revisits lie apart."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the replica, with an edited article, a repeated response, and planted near copies."""
    path = tmp_path_factory.mktemp("one") / "kepu.db"
    with Store(path, warc_bytes=SHARD) as made:
        stories = demo.articles(ARTICLES)
        for story in stories:
            made.put(*_of(story))
        single = [story for story in stories if len(story.parts) == 1]
        made.put(*_of(single[0], "（更正）"))
        made.put(*_of(single[1]))
    duplicate_summary.duplicates(path)
    return path


def _of(story: demo.Story, more: str = "") -> tuple[Article, list[Any]]:
    """Return a story with a longer headline, and its captures."""
    pages = [page_of(*each[:3]) for each in demo.pages([story])][: len(story.parts)]
    if more:
        charset = "gb18030" if b"gb2312" in pages[0].body.lower() else "utf-8"
        headline = story.headline.encode(charset)
        url, body = pages[0].url or "", pages[0].body
        pages = [
            page_of(
                url, {"Content-Type": "text/html"}, body.replace(headline, headline + more.encode(charset))
            )
        ]
    for number, page in enumerate(pages, start=1):
        page.part = number
    pages[0].parts = pages[1:]
    return validate(normalize(article_from_page(pages[0]))), captures_of(pages[0])


@pytest.fixture(scope="module")
def warcs(archive: Path) -> list[Path]:
    found = sorted((archive.parent / "kepu-captures").glob("*.warc.gz"))
    assert len(found) > 5
    return found


@pytest.fixture(scope="module")
def records(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the archive's own records as three shards: what `kepu export --format parquet --profile full` writes."""
    folder = tmp_path_factory.mktemp("records") / "out"
    export_archive(archive, folder, BY_YEAR)
    files = sorted(folder.glob("data/*.parquet"))
    shards = [folder / f"shard-{n}.parquet" for n in range(3)]
    for n, shard in enumerate(shards):
        tables = [pq.read_table(path, partitioning=None) for path in files[n::3]]
        pq.write_table(pytest.importorskip("pyarrow").concat_tables(tables), shard)
    return shards


@pytest.fixture(scope="module")
def two() -> Iterator[Executor]:
    """Return two worker processes, forked from one that has imported Dask, which do not sample their own stacks."""
    settings = {
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.worker.profile.enabled": False,
    }
    with dask.config.set(settings), engine(workers=2) as run:
        yield run


@pytest.fixture(scope="module")
def rebuilt(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of records that this process rebuilt, from the last WARC file to the first."""
    folder = tmp_path_factory.mktemp("rebuilt") / "out"
    rebuild(list(reversed(warcs)), folder, here)
    return folder


def rows(paths: Any, key: str = "id") -> dict[str, dict[str, Any]]:
    found = [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]
    by_key = {row[key]: row for row in found}
    assert len(by_key) == len(found)
    return by_key


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seen_in_warc(row: dict[str, Any]) -> dict[str, Any]:
    """Return a record without the fields that WARC cannot store and without the times of the archive."""
    row = row | {"duplicate_of": None, "cluster": None, "similarity": None}
    row["appearances"] = [
        each | {"section": None, "first_seen": None, "last_seen": None} for each in row["appearances"]
    ]
    row["provenance"] = row["provenance"] | {"run": None, "discovered_via": None}
    clock = {"first_seen": None, "last_changed": None, "last_checked": None}
    return row | {"revision": row["revision"] | clock}


def test_rebuilt_records_are_those_of_the_archive(
    warcs: list[Path], records: list[Path], rebuilt: Path, two: Executor, tmp_path: Path
) -> None:
    """All fields are compared, the edited article in its second version; two processes write the same bytes as one."""
    done = rebuild(warcs, tmp_path / "two", two)
    made, wanted = rows((tmp_path / "two").glob("*.parquet")), rows(records)
    assert len(wanted) == done.articles == ARTICLES
    assert {id_: seen_in_warc(row) for id_, row in made.items()} == {
        id_: seen_in_warc(row) for id_, row in wanted.items()
    }
    assert sorted(row["revision"]["n"] for row in made.values())[-2:] == [1, 2]
    assert bytes_of(tmp_path / "two") == bytes_of(rebuilt)


def places(path: Path) -> set[tuple[Any, ...]]:
    """Return the cluster of each article that is in one or is left out of exports, with the reason."""
    with reading(path) as db:
        query = (
            f"SELECT id, duplicate_of, m.cluster, m.kind, m.similarity, {why_left_out(db.conn)} AS why "
            "FROM articles LEFT JOIN internal_near_members m USING (seq) WHERE m.seq IS NOT NULL OR why IS NOT NULL"
        )
        return set(db.execute(query))


def test_a_batch_finds_the_clusters_of_the_archive(
    archive: Path, records: list[Path], rebuilt: Path, two: Executor, tmp_path: Path
) -> None:
    """Tried with the archive's records, and with records rebuilt from WARC files alone."""
    wanted = places(archive)
    assert {row[3] for row in wanted} >= {"canonical", "exact"}
    for name, shards in (("a", records), ("b", sorted(rebuilt.glob("*.parquet")))):
        counts, bad = duplicates(shards, tmp_path / name, two)
        found = rows((tmp_path / name).glob("*.parquet"), "article")
        assert {tuple(row.values()) for row in found.values()} == wanted
        assert not bad
        assert counts["clusters"] == len({row[2] for row in wanted if row[2]})


def test_planted_copies_lie_in_the_clusters_of_the_archive(
    article: Callable[..., Article], two: Executor, tmp_path: Path
) -> None:
    """The archive has reposts, edits, excerpts and templates of invented stories, and three articles with one text."""
    chance = random.Random(5)
    stories = list(dict.fromkeys(text for text in composed(90, 5) if len(text) > 100))
    texts = [text for text, _, _ in planted(stories, chance)]
    chance.shuffle(texts)
    path = tmp_path / "kepu.db"
    with Store(path) as made:
        for n, text in enumerate([*texts, *texts[:9], *texts[:5]], 1):
            made.put(article(n, text, date_published=f"2024-{1 + chance.randrange(12):02}-03"))
    duplicate_summary.duplicates(path)
    wanted = places(path)
    assert {row[3] for row in wanted} >= {"canonical", "exact", "repost", "edited"}
    assert {row[5] for row in wanted} == {None, "same_text", "near_duplicate"}
    export_archive(path, tmp_path / "records", FULL)
    shards = sorted((tmp_path / "records").rglob("*.parquet"))
    assert len(shards) == 12
    duplicates(shards, tmp_path / "two", two)
    duplicates(shards[:1] + shards[:0:-1], tmp_path / "one", here)
    for name in ("one", "two"):
        found = rows((tmp_path / name).glob("*.parquet"), "article")
        assert {tuple(row.values()) for row in found.values()} == wanted


RELEASED = r'date-released: "[0-9-]+"\n| year = \{[0-9]{4}\},'
"""The day of an export in its citations: that on which its articles were last checked."""
CHECKED = r', last checked on [0-9-]+| *"(datePublished|dateModified|created)": "[^"]+",\n'


def unchecked(folder: Path) -> dict[str, Any]:
    """Return the files of an export, without the day of the last check and the digests that depend on it."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    found: dict[str, Any] = {path.name: path.read_bytes() for path in files}
    for name in ("README.md", "croissant.json", "datapackage.json", "CITATION.cff"):
        found[name] = re.sub(rf"{CHECKED}|{RELEASED}", "", found[name].decode())
    told = orjson.loads(found["manifest.json"])
    found["manifest.json"] = {
        **told,
        "checked": None,
        "manifest_sha256": None,
        "files": [each for each in told["files"] if each["rows"]],
    }
    return found


@pytest.mark.parametrize("copies", [False, True])
def test_a_batch_export_equals_the_export_of_the_archive(
    archive: Path, records: list[Path], two: Executor, tmp_path: Path, copies: bool
) -> None:
    """Compare articles byte by byte, and the describing files without the time of the last check.

    Records in shards do not have that time. `clusters` restores the clusters that were removed from the shards.
    """
    filters = (
        Selection(duplicates=True) if copies else Selection(since="2014", sections=(), complete_only=True)
    )
    kind: tuple[str, Profile] = ("parquet", "full") if copies else ("vrt", "text")
    layers: tuple[Layer, ...] = ("exact",) if copies else ("exact", "words")
    plan = ExportOptions(*kind, layers, selection=filters, files="year" if copies else "month")
    export_archive(archive, tmp_path / "whole", plan)
    wanted = unchecked(tmp_path / "whole")
    duplicates(records, tmp_path / "clusters", here)
    (tmp_path / "bare").mkdir()
    for path in records:
        table = pq.read_table(path, partitioning=None)
        for name in ("duplicate_of", "cluster", "similarity"):
            field = table.schema.field(name)
            nulls = pytest.importorskip("pyarrow").nulls(len(table), field.type)
            table = table.set_column(table.schema.get_field_index(name), field, nulls)
        pq.write_table(table, tmp_path / "bare" / path.name)
    bare = sorted((tmp_path / "bare").glob("*.parquet"))
    for name, shards, clusters in (("a", records, None), ("b", bare, tmp_path / "clusters")):
        done = export(shards, tmp_path / name, plan, two, clusters=clusters)
        assert unchecked(tmp_path / name) == wanted
        assert check(tmp_path / name) == []
        assert bool(done.facts.left_out) == (not copies)


def test_a_killed_worker_changes_nothing(
    warcs: list[Path], rebuilt: Path, two: Executor, tmp_path: Path
) -> None:
    """A worker that dies in the middle of a job, its file half written, is replaced, and the bytes are the same."""

    def deadly(work: Callable[[Any], Any], things: Any) -> list[Any]:
        mark = tmp_path / f"dead-{len(list(tmp_path.glob('dead-*')))}"
        return two(partial(dying, work, mark, random.Random(3).choice(list(things))), things)

    rebuild(warcs, tmp_path / "disturbed", deadly)
    assert len(list(tmp_path.glob("dead-*"))) == 2
    assert bytes_of(tmp_path / "disturbed") == bytes_of(rebuilt)


def dying(work: Callable[[Any], Any], mark: Path, victim: Any, thing: Any) -> Any:
    """Run a job, but kill the process at the first attempt of one job, after its files were written."""
    made = work(thing)
    if thing == victim and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return made


def test_bad_shards_are_reported_and_skipped_with_keep_going(
    warcs: list[Path], records: list[Path], tmp_path: Path
) -> None:
    torn, missing = tmp_path / warcs[2].name, tmp_path / "zz.warc.gz"
    torn.write_bytes(warcs[2].read_bytes()[:-50])
    shards = [*warcs[:2], torn, missing, *warcs[3:]]
    with pytest.raises(BadShards, match=f"{torn.name}.*zz.warc.gz: it is not there"):
        rebuild(shards, tmp_path / "out", here)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob("*partial*"))
    done = rebuild(shards, tmp_path / "out", here, keep_going=True)
    assert [Path(bad.shard) for bad in done.bad] == [torn, missing]
    assert ARTICLES / 2 < done.articles <= ARTICLES
    half = tmp_path / "half.parquet"
    half.write_bytes(records[0].read_bytes()[:-9])
    for work in (partial(duplicates, run=here), partial(export, plan=BY_YEAR, run=here)):
        with pytest.raises(BadShards, match=r"half.parquet: no whole Parquet"):
            work([*records, half], tmp_path / "other")
    assert export([*records, half], tmp_path / "other", BY_YEAR, here, keep_going=True).facts.rows == ARTICLES


def test_an_output_is_replaced_only_with_force(warcs: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    rebuild(warcs[:1], out, here)
    before = bytes_of(out)
    with pytest.raises(InTheWay, match="--force"):
        rebuild(warcs[:2], out, here)
    assert bytes_of(out) == before
    rebuild(warcs[:2], out, here, force=True)
    assert bytes_of(out).keys() - before.keys()
    (out / "diary.txt").write_text("mine")
    with pytest.raises(InTheWay, match=r"diary\.txt"):
        rebuild(warcs[:2], out, here, force=True)


def test_the_command_goes_from_captures_to_an_export(
    archive: Path, warcs: list[Path], two: Executor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    @contextmanager
    def cluster_that_runs(*, workers: int, **others: Any) -> Iterator[Executor]:
        asked.append(workers)
        if workers:
            yield two
        else:
            with engine(workers=workers, **others) as run:
                yield run

    monkeypatch.setattr(engines, "engine", cluster_that_runs)

    def kepu(name: str, *words: object, workers: int = 0) -> Any:
        given = ["batch", name, "--workers", str(workers), "--db", str(archive), *map(str, words)]
        return CliRunner().invoke(main, given)

    assert f"{ARTICLES} articles of " in kepu("rebuild", *warcs, tmp_path / "records", workers=2).output
    assert asked == [2]
    shards = sorted((tmp_path / "records").glob("*.parquet"))
    assert "clusters" in kepu("duplicates", *shards, tmp_path / "clusters").output
    options = ("--clusters", tmp_path / "clusters", *shards, tmp_path / "out")
    assert "--accept-rights" in kepu("export", *options).output
    done = kepu("export", "--accept-rights", *options)
    assert done.exit_code == 0
    assert "left out: " in done.output
    assert "no --split" in kepu("export", "--accept-rights", "--split", "train=.9,test=.1", *options).output
    assert kepu("rebuild", tmp_path / "none.warc.gz", tmp_path / "x").exit_code == 1
    partly = kepu("rebuild", "--keep-going", *warcs[:2], tmp_path / "none.warc.gz", tmp_path / "x")
    assert partly.exit_code == 12
    assert "none.warc.gz: it is not there" in partly.output


def test_an_unreachable_scheduler_gives_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1)
    with (
        pytest.raises(engines.NoCluster, match=r"tcp://127\.0\.0\.1:9: no scheduler"),
        engine(scheduler="tcp://127.0.0.1:9"),
    ):
        pass
