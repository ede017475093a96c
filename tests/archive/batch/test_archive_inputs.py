"""Several archives as input: merged in one call, and read by a batch without merging them."""

import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as parquet  # type: ignore[import-untyped]
import pytest

from archive.batch.archive_inputs import choose, records, warc_files
from archive.batch.executors import here
from archive.merge import merge_all
from archive.merge.merge_articles import OtherSite
from archive.store import Store
from bench.archive import article
from bench.merge_many import build


def ids(path: Path) -> list[str]:
    with sqlite3.connect(path) as conn:
        return [row[0] for row in conn.execute("SELECT id FROM articles ORDER BY id")]


def test_many_archives_are_merged_and_read_alike(tmp_path: Path) -> None:
    paths = build(tmp_path, archives=3, size=6)
    copy = tmp_path / "copy" / "kepu.db"
    shutil.copytree(paths[0].parent, copy.parent)
    newer = article(1, "另一篇文章。\n它只有两段。")
    newer.headline, newer.provenance.fetched_at = "改过的标题", "2026-03-01T00:00:00Z"
    newer.provenance.payload_sha256 = newer.parts[0].payload_sha256 = "cd" * 32
    newer.id, newer.url = ids(copy)[0], None
    with Store(copy) as archive:
        assert archive.put(newer) == "changed"
    inputs = [*paths, copy]
    told: list[tuple[int, int]] = []
    done = merge_all(tmp_path / "all.db", inputs, lambda n, total: told.append((n, total)))
    every = sorted({id_ for path in paths for id_ in ids(path)})
    assert ids(tmp_path / "all.db") == every
    assert (done.new, done.changed, done.captures) == (len(every), 1, len(every))
    assert {total for _, total in told} == {sum(len(ids(path)) for path in inputs)}
    assert told == sorted(told)
    again = merge_all(tmp_path / "all.db", inputs)
    assert (again.new, again.changed, again.captures) == (0, 0, 0)

    with records(inputs, tmp_path / "out", here) as shards:
        rows = [row for shard in shards for row in parquet.read_table(shard).to_pylist()]
    assert sorted(row["id"] for row in rows) == every
    assert next(row["headline"] for row in rows if row["id"] == newer.id) == "改过的标题"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    with records([tmp_path / "all.db"], tmp_path / "out", here) as shards:
        merged = [row for shard in shards for row in parquet.read_table(shard).to_pylist()]
    by_id = {row["id"]: row for row in merged}
    for row in rows:
        assert {name: row[name] for name in ("text", "headline", "url", "blocks")} == {
            name: by_id[row["id"]][name] for name in ("text", "headline", "url", "blocks")
        }
    assert len(warc_files([*paths, copy.parent / "kepu-captures"])) == 4


def test_articles_of_two_sites_with_one_id_are_refused(tmp_path: Path) -> None:
    one, other = build(tmp_path, archives=2, size=3)
    odd = article(1, "另一篇文章。\n它只有两段。")
    odd.id = ids(one)[0]
    odd.url = odd.url_requested = "http://www.example.org/n1/2024/0105/c1-40000000.html"
    odd.appearances[0].url = odd.url
    with Store(other) as archive:
        archive.put(odd)
    before = ids(one)
    with pytest.raises(OtherSite, match="different sites"):
        merge_all(one, [other])
    assert ids(one) == before
    with pytest.raises(OtherSite, match=r"example\.org"):
        choose([one, other])
