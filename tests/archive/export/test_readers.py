"""datasets, pandas, polars and DuckDB read every format that they support."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.export.export_options import ExportOptions
from archive.export.exporter import export
from archive.store import Store
from kepu.records import Article, Author, Paper, Source

READERS = ("datasets", "duckdb", "pandas", "polars")

IDS = [f"n1/{n}" for n in (20, 0, 3, 1, 4, 2, 5, 23, 22)]


@pytest.fixture
def out(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return the folder of an export of the whole record, in the format that the test asks for."""
    export(path, tmp_path / "out", ExportOptions(request.param, "full"))
    return tmp_path / "out"


def check(rows: list[dict[str, Any]], text: str) -> None:
    """Assert that all articles are there, and that one with unusual characters and nested fields is complete."""
    rows = sorted(rows, key=lambda row: IDS.index(row["id"]))
    assert [row["id"] for row in rows] == IDS
    assert rows[0]["text"] == text
    assert rows[1]["author"][0]["name"] == "赵一白"
    assert rows[1]["source"]["name"] == "湖泊报"
    assert rows[1]["image"][0]["caption"] == "图为第一道冰缝"
    assert rows[-1]["headline"] is None


@pytest.fixture
def text(path: Path) -> str:
    """Return the text of the article with unusual characters, from the archive."""
    (line,) = (line for line in path.with_suffix(".jsonl").open(encoding="utf-8") if '"n1/20"' in line)
    return str(json.loads(line)["text"])


@pytest.mark.parametrize("out", ["hf"], indirect=True)
def test_datasets(out: Path, text: str, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    found = datasets.load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert list(found) == ["train"]
    assert found["train"].features["char_count"].dtype == "int64"
    rows = sorted(found["train"], key=lambda row: IDS.index(row["id"]))
    check(rows, text)


def test_datasets_loads_the_parts_of_a_split(path: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    from archive.export.splits import parse

    facts = export(path, tmp_path / "out", ExportOptions("hf", "metadata", split=parse("train=.5,test=.5")))
    found = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {file.split for file in facts.files} == set(found) == {"train", "test"}
    assert sorted(row["id"] for side in found.values() for row in side) == sorted(IDS)


@pytest.mark.parametrize("out", ["parquet", "jsonl"], indirect=True)
def test_pandas(out: Path, text: str) -> None:
    pandas = pytest.importorskip("pandas")
    frames = [
        pandas.read_parquet(file)
        if file.suffix == ".parquet"
        else pandas.read_json(file, lines=True, dtype=False)
        for file in sorted(out.glob("data/articles-*"))
    ]
    whole = pandas.concat([frame.astype(object) for frame in frames])
    check(whole.where(whole.notna(), None).to_dict("records"), text)


@pytest.mark.parametrize("out", ["csv"], indirect=True)
def test_csv_in_pandas_polars_and_duckdb(out: Path, text: str) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    files = [str(file) for file in sorted(out.glob("data/*.csv"))]
    by_pandas = pandas.concat([pandas.read_csv(file, dtype=str, keep_default_na=False) for file in files])
    by_polars = polars.concat([polars.read_csv(file, infer_schema=False) for file in files])
    by_duckdb = duckdb.sql(
        f"SELECT id, text FROM read_csv({files}, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"
    ).fetchall()
    cell = "'" + text.replace("\x07", "\ufffd")
    assert list(by_pandas["id"]) == by_polars["id"].to_list() == [row[0] for row in by_duckdb]
    assert sorted(by_pandas["id"]) == sorted(IDS)
    place = list(by_pandas["id"]).index(IDS[0])
    assert by_pandas["text"].iloc[place] == by_polars["text"][place] == by_duckdb[place][1] == cell
    by_pandas = by_pandas.set_index("id").loc[IDS]
    assert by_pandas["author"].iloc[1] == "赵一白"
    assert by_pandas["source"].iloc[1] == "湖泊报"
    assert by_pandas["source_url"].iloc[1] == "http://example.org/"


@pytest.mark.parametrize("out", ["parquet", "jsonl"], indirect=True)
def test_polars(out: Path, text: str) -> None:
    polars = pytest.importorskip("polars")
    files = sorted(out.glob("data/articles-*"))
    if files[0].suffix == ".parquet":
        whole = polars.scan_parquet(files).collect()
    else:
        whole = polars.concat([polars.read_ndjson(file) for file in files], how="diagonal_relaxed")
    check(whole.to_dicts(), text)


@pytest.mark.parametrize("out", ["parquet", "jsonl", "jsonl.zst"], indirect=True)
def test_duckdb(out: Path, text: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    kind = "parquet" if list(out.glob("data/*.parquet")) else "json"
    asked = duckdb.sql(
        "SELECT id, text, headline, author, source, image "
        f"FROM read_{kind}('{out}/data/articles-*') ORDER BY date_published, id"
    )
    names = asked.columns
    rows = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    check(rows, text)


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.zst", "csv", "parquet", "hf"])
@pytest.mark.parametrize("profile", ["text", "full"])
def test_each_example_of_the_card_loads_all_articles_with_dates(
    path: Path, tmp_path: Path, kind: str, profile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examples under `Loading` in README.md are run as printed; each loads every article."""
    for name in READERS:
        pytest.importorskip(name)
    export(path, tmp_path / "out", ExportOptions(kind, profile))
    monkeypatch.chdir(tmp_path / "out")
    shown = Path("README.md").read_text("utf-8").partition("## Loading")[2].partition("```python\n")[2]
    paragraphs = shown.partition("\n```")[0].split("\n\n")
    assert len(paragraphs) >= 2
    for paragraph in paragraphs:
        loaded = loaded_by(paragraph)
        if paragraph.startswith("# datasets"):
            loaded = loaded["train"]
        if paragraph.startswith("# pandas"):
            dates = pytest.importorskip("pandas").to_datetime(loaded["date_published"])
            assert sorted(set(dates.dt.year.dropna())) == [2023, 2024]
        if paragraph.startswith("# DuckDB"):
            loaded = loaded.fetchall()
            years = paragraph.replace("*", "count(DISTINCT year(date_published))", 1)
            assert loaded_by(years).fetchall() == [(2,)]
        assert len(loaded) == len(IDS), paragraph


def loaded_by(paragraph: str) -> Any:
    """Run one example of the card and return the articles that it loads."""
    names: dict[str, Any] = {}
    exec(paragraph, names)
    return names["articles"]


def test_a_whole_export_loads_with_no_argument(path: Path, tmp_path: Path) -> None:
    datasets, polars = pytest.importorskip("datasets"), pytest.importorskip("polars")
    pandas = pytest.importorskip("pandas")
    for kind in ("jsonl", "csv", "parquet"):
        export(path, tmp_path / kind, ExportOptions(kind))
        rows = datasets.load_dataset(str(tmp_path / kind / "data"), cache_dir=str(tmp_path / "cache"))
        assert rows["train"].num_rows == len(IDS)
    files = str(tmp_path / "jsonl" / "data" / "*.jsonl")
    assert datasets.load_dataset("json", data_files=files, split="train").num_rows == len(IDS)
    frame = pandas.read_parquet(tmp_path / "parquet" / "data")
    assert str(frame["datetime_published"].dtype.tz) == "Asia/Shanghai"
    schema = polars.read_parquet(tmp_path / "parquet" / "data").schema
    assert schema["date_published"] == polars.Date


def test_a_column_that_is_empty_at_first_stops_no_reader(
    tmp_path: Path, article: Callable[..., Article], story: Callable[..., str]
) -> None:
    """The first 300 articles lack what the last one has; polars looks at 100 rows, `datasets` at 10 MB."""
    datasets, polars = pytest.importorskip("datasets"), pytest.importorskip("polars")
    with Store(tmp_path / "kepu.db") as archive:
        for n in range(300):
            archive.put(article(n, story(n), date_published=f"20{n // 28 + 10}-01-{n % 28 + 1:02}"))
        archive.put(
            article(
                900,
                story(900),
                date_published="2024-05-01",
                datetime_published="2024-05-01T07:00:00+08:00",
                kicker="湖上的人",
                dateline="新华社北京5月1日电",
                paper=Paper("湖泊报", "2024-05-01", "09"),
                author=[Author("赵一白", "记者")],
                source=Source("湖泊报", "http://example.org/"),
            )
        )
    for kind, profile in (("jsonl", "text"), ("csv", "text"), ("jsonl", "full")):
        out = tmp_path / f"{kind}-{profile}"
        export(tmp_path / "kepu.db", out, ExportOptions(kind, profile))  # type: ignore[arg-type]
        (file,) = (out / "data").iterdir()
        read = polars.read_ndjson if kind == "jsonl" else polars.read_csv
        found = {row["id"]: row for row in read(file).to_dicts()}
        assert found["n1/900"]["kicker"] == "湖上的人"
        assert (found["n1/900"]["paper"]["page"] if kind == "jsonl" else "09") == "09"
        assert len(found) == 301
        builder = "json" if kind == "jsonl" else "csv"
        loaded = (
            datasets.load_dataset(
                builder,
                data_files=str(file),
                split="train",
                chunksize=20_000,
                cache_dir=str(tmp_path / "cache"),
            )
            if kind == "jsonl"
            else datasets.load_dataset(
                builder, data_files=str(file), split="train", cache_dir=str(tmp_path / "cache")
            )
        )
        assert [row["kicker"] for row in loaded if row["id"] == "n1/900"] == ["湖上的人"]
    assert (tmp_path / "jsonl-text" / "data").is_dir()
