"""Samples, lists of ids, and how articles are split into files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive import id_lists, samples
from archive.export import pieces
from archive.export.export_options import BadExportOptions, ExportOptions
from archive.export.exporter import export
from archive.export.formats.format_registry import FORMATS
from archive.filters import NothingFits, Selection
from archive.store import Store
from kepu.cli.main import main
from kepu.records import Article

Make = Callable[..., Article]
Story = Callable[..., str]


def ids_of(folder: Path) -> list[str]:
    return [line.split("\t")[0] for line in (folder / "ids.tsv").read_text("utf-8").splitlines()[1:]]


@given(
    st.sets(st.text("0123456789", min_size=1, max_size=6), min_size=2, max_size=60),
    st.data(),
    st.integers(0, 3),
)
def test_a_sample_keeps_its_members_as_the_archive_grows(
    ids: set[str], data: st.DataObject, seed: int
) -> None:
    def members(of: set[str], size: str) -> set[str]:
        wanted = samples.parse(size, seed)
        below = samples.bound(wanted, of)
        return {id_ for id_ in of if samples.place(id_, seed) < below}

    before = set(data.draw(st.sets(st.sampled_from(sorted(ids)))))
    assert members(before, "40%") <= members(ids, "40%")
    assert members(ids, "3") & before <= members(before, "3"), "only newcomers take a place"
    assert len(members(ids, "3")) == min(3, len(ids))
    assert members(ids, "2") <= members(ids, "5")
    assert members(ids, "10%") <= members(ids, "60%")


@pytest.mark.parametrize("size", ["0", "-1", "x", "101%", "1.5", ""])
def test_an_invalid_sample_size_is_refused(size: str) -> None:
    with pytest.raises(samples.BadSample, match="write a number"):
        samples.parse(size)


def test_a_sample_counts_without_copies(path: Path, tmp_path: Path) -> None:
    facts = export(path, tmp_path / "five", ExportOptions(selection=Selection(sample=samples.parse(5))))
    assert facts.rows == len(ids_of(tmp_path / "five")) == 5
    other = export(
        path, tmp_path / "other", ExportOptions(selection=Selection(sample=samples.parse(5, seed=1)))
    )
    assert other.rows == 5
    assert ids_of(tmp_path / "five") != ids_of(tmp_path / "other")
    every = Selection(sample=samples.parse("100%"), since="2024-02")
    assert export(path, tmp_path / "all", ExportOptions(selection=every)).rows == 6


def test_a_corpus_is_reproduced_from_its_ids(path: Path, tmp_path: Path, article: Make, story: Story) -> None:
    export(path, tmp_path / "one", ExportOptions("jsonl", "full", selection=Selection(since="2024-02")))
    other = tmp_path / "other.db"
    with Store(other) as archive:
        archive.put(article(1, story(1), date_published="2024-02-02"))
        archive.put(article(2, story(2) + "补记。", date_published="2024-03-03"))
        archive.put(article(77, story(77), date_published="2024-03-03"))
    listed = tmp_path / "one" / "ids.tsv"
    ended = CliRunner().invoke(
        main, ["export", "--db", str(other), "--ids", str(listed), "--accept-rights", str(tmp_path / "two")]
    )
    assert ended.exit_code == 0, ended.output
    assert sorted(ids_of(tmp_path / "two")) == ["n1/1", "n1/2"]
    told = json.loads((tmp_path / "two" / "manifest.json").read_text("utf-8"))
    assert set(told["missing"]) == set(ids_of(tmp_path / "one")) - {"n1/1", "n1/2"}
    assert told["changed"] == ["n1/2"]
    assert "with another text than in the list: 1 (n1/2)" in ended.output
    assert "not in this archive: 4 of the list" in ended.output
    again = ExportOptions("jsonl", "full", selection=Selection(ids=id_lists.read(listed)))
    export(path, tmp_path / "again", again)
    (first,), (second,) = ((tmp_path / name / "data").iterdir() for name in ("one", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_ids_are_read_as_on_the_command_line(path: Path, tmp_path: Path) -> None:
    names = "\ufeff# of my own\r\n\r\nn1/1\r\nn1/2\nhttp://kpzg.people.com.cn/none.html\nn1/1\n"
    wanted = id_lists.parse(names.split("\n"))
    facts = export(path, tmp_path / "out", ExportOptions(selection=Selection(ids=wanted)))
    assert ids_of(tmp_path / "out") == ["n1/1", "n1/2"]
    assert facts.missing == ["http://kpzg.people.com.cn/none.html"]
    assert facts.changed == []
    # 21 is a copy, which exports leave out unless it is named.
    assert (
        export(path, tmp_path / "copy", ExportOptions(selection=Selection(ids=id_lists.parse(["21"])))).rows
        == 1
    )
    with pytest.raises(NothingFits):
        export(path, tmp_path / "none", ExportOptions(selection=Selection(ids=id_lists.parse(["n1/999999"]))))
    with pytest.raises(id_lists.BadIdList):
        id_lists.parse(["# nothing"])


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if FORMATS[kind].from_captures is None])
def test_files_of_similar_size(
    path: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "LIMIT", 3000)
    facts = export(path, tmp_path / "out", ExportOptions(kind))
    base, suffix = FORMATS[kind].whole_name, FORMATS[kind].suffix
    names = [file.name for file in facts.files]
    assert len(names) > 1
    assert names == [f"data/{base}-{n:05}-of-{len(names):05}.{suffix}" for n in range(len(names))]
    assert sorted(p.name for p in (tmp_path / "out" / "data").iterdir()) == [name[5:] for name in names]
    assert sum(file.rows for file in facts.files) == facts.rows == 9


def test_one_file_per_year_and_one_file_in_all(path: Path, tmp_path: Path) -> None:
    years = export(path, tmp_path / "years", ExportOptions("csv", files="year"))
    assert [(file.name, file.rows) for file in years.files] == [
        ("data/articles-2023.csv", 1),
        ("data/articles-2024.csv", 7),
        ("data/articles-undated.csv", 1),
    ]
    (one,) = export(path, tmp_path / "one", ExportOptions("jsonl", files="one")).files
    assert (one.name, one.rows) == ("data/articles.jsonl", 9)


def test_an_update_without_files_by_date_is_refused_first(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadExportOptions, match="--files month"):
        export(path, tmp_path / "out", ExportOptions(), update=True)
    assert not (tmp_path / "out").exists()
