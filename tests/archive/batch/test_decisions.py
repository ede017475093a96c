"""Manual decisions apply in batches, and a killed batch leaves nothing that looks complete."""

import random
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import duplicate_summary
from archive.duplicates.kept_articles import why_left_out
from archive.export.export_options import ExportOptions
from archive.export.exporter import export as export_archive
from archive.filters import Selection
from archive.forget import forget, targets
from archive.store import Store, reading
from bench.duplicates import composed, planted
from kepu.cli.main import main
from tests.conftest import small_article
from tests.fork_server import run_program

pq = pytest.importorskip("pyarrow.parquet")

FULL = ExportOptions("parquet", "full", selection=Selection(duplicates=True), files="month")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of stories with reposts and edits, and articles that share one text."""
    chance = random.Random(5)
    stories = list(dict.fromkeys(text for text in composed(90, 5) if len(text) > 100))
    texts = [text for text, _, _ in planted(stories, chance)]
    path = tmp_path_factory.mktemp("decisions") / "kepu.db"
    with Store(path) as archive:
        for n, text in enumerate([*texts, *texts[:9]], 1):
            warnings = ["incomplete"] if n % 7 == 0 else []
            archive.put(small_article(n, text, date_published=f"2024-{1 + n % 6:02}-03", warnings=warnings))
    duplicate_summary.duplicates(path)
    return path


@pytest.fixture(scope="module")
def shards(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return its records as a shard for each month."""
    folder = tmp_path_factory.mktemp("records") / "out"
    export_archive(made, folder, FULL)
    return sorted(folder.rglob("*.parquet"))


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    shutil.copytree(made.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "kepu.db"


def kepu(*words: object) -> Any:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done


def places(path: Path) -> set[tuple[Any, ...]]:
    with reading(path) as db:
        query = (
            f"SELECT id, duplicate_of, m.cluster, m.kind, m.similarity, {why_left_out(db.conn)} AS why "
            "FROM articles LEFT JOIN internal_near_members m USING (seq) WHERE m.seq IS NOT NULL OR why IS NOT NULL"
        )
        return set(db.execute(query))


def found(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_decisions_apply_to_shards_made_before_them(
    archive: Path, shards: list[Path], tmp_path: Path
) -> None:
    """One article is unclustered, a canonical one is forgotten, and one of two with the same text is forgotten."""
    before = places(archive)
    alone = min(id_ for id_, _, _, kind, *_ in before if kind in {"repost", "edited"})
    canonical = max(id_ for id_, _, _, kind, *_ in before if kind == "canonical")
    exact = max(id_ for id_, _, _, kind, *_ in before if kind == "exact")
    kepu("duplicates", alone, "--alone", "--db", archive)
    with Store(archive) as made:
        forget(made, targets(made.db, [canonical, exact]), "asked for")
    duplicate_summary.duplicates(archive)
    wanted = places(archive)
    gone = {canonical, exact}
    assert before - wanted
    kepu("batch", "duplicates", "--db", archive, *shards, tmp_path / "clusters")
    assert {tuple(row.values()) for row in found(tmp_path / "clusters")} == wanted
    stale = CliRunner().invoke(
        main,
        ["batch", "export", "--db", str(archive), "--accept-rights", *map(str, shards), str(tmp_path / "x")],
    )
    assert stale.exit_code
    assert "forgotten since" in stale.output
    assert not (tmp_path / "x").exists()
    options = (
        "--accept-rights",
        "--format",
        "jsonl",
        "--profile",
        "full",
    )
    kepu("export", "--files", "month", "--db", archive, *options, tmp_path / "whole")
    kepu(
        "batch",
        "export",
        "--db",
        archive,
        "--clusters",
        tmp_path / "clusters",
        *options,
        *shards,
        tmp_path / "out",
    )
    for path in (tmp_path / "whole").glob("data/*.jsonl"):
        assert (tmp_path / "out" / "data" / path.name).read_bytes() == path.read_bytes()
    written = "".join(path.read_text() for path in (tmp_path / "out").glob("data/*.jsonl"))
    assert written
    assert not any(f'"{id_}"' in written for id_ in gone)
    assert all(id_ in (tmp_path / "out" / "manifest.json").read_text() for id_ in gone)


@pytest.mark.parametrize("filters", [["--since", "2024-03"], ["--until", "2024-02"], ["--complete-only"]])
def test_filters_select_the_same_articles_as_in_the_archive(
    archive: Path, shards: list[Path], tmp_path: Path, filters: list[str]
) -> None:
    """If filters exclude the first of several copies, both exports keep the first one that they select."""
    kepu("batch", "duplicates", "--db", archive, *shards, tmp_path / "clusters")
    options = ("--accept-rights", "--format", "jsonl", "--profile", "full", *filters)
    kepu("export", "--files", "month", "--db", archive, *options, tmp_path / "whole")
    clusters = ("--clusters", tmp_path / "clusters")
    kepu("batch", "export", "--db", archive, *clusters, *options, *shards, tmp_path / "out")
    wanted = {path.name: path.read_bytes() for path in (tmp_path / "whole").glob("data/*.jsonl")}
    assert wanted == {path.name: path.read_bytes() for path in (tmp_path / "out").glob("data/*.jsonl")}
    inside = set(b"".join(wanted.values()).split(b"\n"))
    kepu("export", "--files", "month", "--db", archive, *options[: -len(filters)], tmp_path / "all")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "all").glob("data/*.jsonl"))
    assert inside - set(everything.split(b"\n"))


def test_an_incomplete_article_has_a_warning_or_is_left_out(
    archive: Path, shards: list[Path], tmp_path: Path
) -> None:
    options = ("--db", archive, "--profile", "full", "--duplicates", "--accept-rights", *shards)
    kepu("batch", "export", *options, tmp_path / "all")
    kepu("batch", "export", "--complete-only", *options, tmp_path / "whole")
    lacking = {row["id"] for row in found(tmp_path / "all") if "incomplete" in row["warnings"]}
    assert lacking
    assert {row["id"] for row in found(tmp_path / "all")} - {
        row["id"] for row in found(tmp_path / "whole")
    } == lacking


DYING = """
import os, signal, sys
left = int(sys.argv.pop(1))

def die(event, given):
    global left
    if event in {"open", "os.rename"} and ".partial-" in str(given[0]):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
from kepu.cli.main import run
run()
"""
"""kepu, but killed over the n-th file that it opens or renames in the output it is making."""


@pytest.mark.parametrize("name", ["duplicates", "export"])
def test_a_killed_batch_leaves_the_old_output_and_the_next_gives_the_same(
    archive: Path, shards: list[Path], tmp_path: Path, name: str
) -> None:
    """After SIGKILL at two points, the old output is unchanged and no temporary files remain."""
    options = ["--accept-rights"] if name == "export" else []
    out = tmp_path / "out"
    for folder in (out, tmp_path / "calm"):
        kepu("batch", name, "--db", archive, *options, *shards[:2], folder)
    kepu("batch", name, "--force", "--db", archive, *options, *shards, tmp_path / "calm")
    wanted = contents(tmp_path / "calm")
    before = contents(out)
    assert before != wanted
    words = ["batch", name, "--force", "--db", str(archive), *options, *map(str, shards), str(out)]
    for step in (2, 9):
        done = run_program([sys.executable, "-c", DYING, str(step), *words], check=False)
        assert done.returncode == -signal.SIGKILL
        assert contents(out) == before
        assert list(tmp_path.glob("out.partial-*"))
    kepu(*words)
    assert contents(out) == wanted
    assert not list(tmp_path.glob("out.partial-*"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
