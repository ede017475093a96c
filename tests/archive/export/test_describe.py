"""The files that describe an export, checked by mlcroissant, Frictionless, JSON Schema and `datasets`."""

import csv
import importlib
import json
import logging
import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import demo
from archive.export.card import check
from archive.export.card.card_header import size_category
from archive.export.card.json_ld import SCHEMA_ORG
from archive.export.export_options import PROFILES, BadExportOptions, Credit, ExportOptions, Profile
from archive.export.export_stats import ExportFacts
from archive.export.exporter import export
from archive.export.formats.format_registry import FORMATS
from archive.export.splits import Split
from archive.filters import Selection
from archive.store import Store
from kepu.cli.verify import verify
from kepu.records import Article, Page
from pipelines.build_article import article_from_page, normalize

SPLIT = Split((("train", Fraction(7, 10)), ("test", Fraction(3, 10))))
CLOCK = "2026-11-20T00:00:00Z"


@cache
def articles() -> list[Article]:
    """Every article of the demo, from its pages."""
    found = []
    for story in demo.articles():
        pages = [
            Page(body, url, url, status=200, content_type=headers["Content-Type"], fetched_at=CLOCK, part=n)
            for n, (url, headers, body, _) in enumerate(list(demo.pages([story]))[: len(story.parts)], 1)
        ]
        pages[0].parts = pages[1:]
        found.append(normalize(article_from_page(pages[0])))
    return found


def fill(path: Path, some: list[Article]) -> None:
    with Store(path, clock=lambda: CLOCK) as archive:
        for article in some:
            archive.put(article)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "kepu.db"
    fill(path, articles())
    return path


Made = tuple[Path, ExportFacts, ExportOptions]


@pytest.fixture(scope="module")
def made(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Return a maker of exports, each made once."""
    parent = tmp_path_factory.mktemp("exports")
    known: dict[ExportOptions, Made] = {}

    def make(**options: Any) -> Made:
        plan = ExportOptions(**options)
        if plan not in known:
            folder = parent / str(len(known))
            known[plan] = (folder, export(database, folder, plan), plan)
        return known[plan]

    return make


def judge(name: str) -> Any:
    """Import a large package without type annotations."""
    return importlib.import_module(name)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


KINDS = [(format_, "text", None) for format_ in FORMATS] + [
    ("jsonl", "full", SPLIT),
    ("hf", "metadata", SPLIT),
    ("csv", "full", None),
    ("parquet", "news2016zh", None),
]
each_kind = pytest.mark.parametrize(
    ("format_", "profile", "split"), KINDS, ids=[f"{f}-{p}{'-split' if s else ''}" for f, p, s in KINDS]
)


@each_kind
def test_mlcroissant_finds_nothing_wrong_and_loads_the_records(
    made: Callable[..., Made],
    caplog: pytest.LogCaptureFixture,
    format_: str,
    profile: Profile,
    split: Split | None,
) -> None:
    mlcroissant = judge("mlcroissant")

    folder, facts, _ = made(format=format_, profile=profile, split=split)
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert not caplog.records
    if FORMATS[format_].table is None:
        return  # no table, or one that mlcroissant cannot read: it knows no zstd
    key, title = ("news_id", "title") if profile == "news2016zh" else ("id", "headline")
    loaded = {
        record[f"{records.uuid}/{key}"].decode(): record[f"{records.uuid}/{title}"].decode()
        for records in dataset.metadata.record_sets
        for record in dataset.records(records.uuid)
    }
    assert len(loaded) == facts.rows
    assert set(loaded.items()) <= {(each.id, each.headline) for each in articles()}


def test_mlcroissant_loads_what_is_nested(made: Callable[..., Made]) -> None:
    mlcroissant = judge("mlcroissant")

    folder, _, _ = made(format="parquet", profile="full")
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    wanted = {each.id: each for each in articles()}
    for record in dataset.records("articles"):
        article = wanted[record["articles/id"].decode()]
        names = [each["articles/author/name"].decode() for each in record["articles/author"]]
        assert names == [author.name for author in article.author]
        assert (
            record["articles/provenance"]["articles/provenance/layout"].decode() == article.provenance.layout
        )


def test_croissant_lists_each_file_with_its_digest(made: Callable[..., Made]) -> None:
    folder, facts, _ = made(format="jsonl")
    described = read_json(folder / "croissant.json")["distribution"]
    files = {each["contentUrl"]: each["sha256"] for each in described if each["@type"] == "cr:FileObject"}
    assert files == {file.name: file.sha256 for file in facts.files}


@each_kind
def test_frictionless_finds_package_and_rows_valid(
    made: Callable[..., Made], format_: str, profile: Profile, split: Split | None
) -> None:
    frictionless = judge("frictionless")

    if format_ == "jsonl":
        pytest.importorskip("jsonlines", reason="frictionless reads JSON lines with the package jsonlines")
    folder, facts, _ = made(format=format_, profile=profile, split=split)
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    assert len(report.tasks) == len(facts.files)
    if FORMATS[format_].table is not None:
        assert sum(int(task.stats["rows"]) for task in report.tasks) == facts.rows


def test_frictionless_finds_a_changed_row(made: Callable[..., Made], tmp_path: Path) -> None:
    frictionless = judge("frictionless")

    folder, facts, _ = made(format="csv")
    shutil.copytree(folder, tmp_path / "copy")
    target = tmp_path / "copy" / facts.files[0].name
    target.write_bytes(target.read_bytes().replace(b",20", b",x0", 1))
    report = frictionless.Package(str(tmp_path / "copy" / "datapackage.json")).validate()
    assert {kind for _, kind in report.flatten(["name", "type"])} >= {"hash-count", "type-error"}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_schema_validates_each_row_and_describes_each_field(
    made: Callable[..., Made], profile: Profile
) -> None:
    jsonschema = judge("jsonschema")

    folder, facts, plan = made(format="jsonl", profile=profile, split=SPLIT if profile == "full" else None)
    schema = read_json(folder / "schema.json")
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    rows = [json.loads(line) for file in facts.files for line in (folder / file.name).open(encoding="utf-8")]
    assert rows
    assert not [error.message for row in rows for error in validator.iter_errors(row)]
    assert [*schema["properties"]] == [*rows[0]] == list(facts.fields)
    assert not [name for name, field in schema["properties"].items() if not field.get("description")]
    rows[0][facts.fields[0]] = {}
    assert not validator.is_valid(rows[0])
    assert plan.profile == profile


def test_the_schema_validates_the_cells_of_csv(made: Callable[..., Made]) -> None:
    jsonschema = judge("jsonschema")

    folder, facts, _ = made(format="csv", profile="full")
    schema = read_json(folder / "schema.json")["properties"]
    for file in facts.files:
        with (folder / file.name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for name, field in schema.items():
                    if row[name] and "contentSchema" in field:
                        jsonschema.validate(json.loads(row[name]), field["contentSchema"])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("format_", "split"), [("hf", SPLIT), ("jsonl", SPLIT), ("jsonl.zst", None), ("csv", None)]
)
def test_datasets_reads_splits_and_features_from_the_card(
    made: Callable[..., Made],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    format_: str,
    split: Split | None,
) -> None:
    datasets = judge("datasets")

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    folder, facts, _ = made(format=format_, profile="full" if format_ != "hf" else "metadata", split=split)
    told = datasets.get_dataset_config_info(str(folder)).features
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path))
    rows = {name: sum(file.rows for file in facts.files if file.split in {name, None}) for name in loaded}
    assert {name: part.num_rows for name, part in loaded.items()} == rows
    assert set(rows) == (set(split.names) if split else {"train"})
    assert all(part.features == told for part in loaded.values())
    assert list(told) == list(facts.fields)
    assert "dataset card" not in caplog.text


@pytest.mark.parametrize(
    ("format_", "files", "split"),
    [
        ("jsonl", "month", None),
        ("csv", "month", None),
        ("csv", "year", None),
        ("jsonl", "size", SPLIT),
        ("csv", "size", SPLIT),
    ],
)
def test_every_file_is_read_with_the_same_types(
    made: Callable[..., Made], tmp_path: Path, format_: str, files: Any, split: Split | None
) -> None:
    datasets = judge("datasets")
    datasets.disable_progress_bars()
    folder, facts, _ = made(format=format_, profile="text", files=files, split=split)
    types = datasets.Features.from_dict(json.loads((folder / "features.json").read_text()))
    reader = "csv" if format_ == "csv" else "json"
    paths = sorted(str(folder / file.name) for file in facts.files)
    alone = [
        datasets.load_dataset(
            reader, data_files=[path], features=types, split="train", cache_dir=str(tmp_path / "a")
        )
        for path in paths
    ]
    together = datasets.load_dataset(
        reader, data_files=paths[::-1], features=types, split="train", cache_dir=str(tmp_path / "b")
    )
    assert {str(part.features) for part in alone} == {str(together.features)}
    assert together.num_rows == sum(part.num_rows for part in alone) == facts.rows


def test_every_number_of_rows_has_a_size_category_of_the_hub() -> None:
    rows = (0, 999, 1_000, 99_999_999, 100_000_000, 5 * 10**9, 10**12 - 1, 10**12)
    names = ["n<1K", "n<1K", "1K<n<10K", "10M<n<100M", "100M<n<1B", "1B<n<10B", "100B<n<1T", "n>1T"]
    assert [size_category(n) for n in rows] == names


def test_the_card_agrees_with_the_data(made: Callable[..., Made]) -> None:
    from huggingface_hub import DatasetCard

    folder, facts, _ = made(format="hf", profile="metadata", split=SPLIT)
    card = DatasetCard.load(folder / "README.md")
    data = card.data.to_dict()
    assert data["license"] == "other"
    assert (folder / data["license_link"]).is_file()
    assert data["size_categories"] == ["n<1K"]
    assert "extra_gated_prompt" not in data
    assert f"{facts.rows} articles, published from {(facts.earliest or '')[:10]}" in card.text
    assert (
        sum(int(n) for n in re.findall(r"^\| (?:19|20)\d\d \| (\d+) \|$", card.text, re.MULTILINE))
        == facts.rows
    )
    texts = DatasetCard.load(made(format="jsonl", profile="text")[0] / "README.md").data.to_dict()
    assert "未经书面授权禁止使用" in texts["extra_gated_prompt"]


def test_figures_are_those_of_the_rows(made: Callable[..., Made]) -> None:
    folder, facts, _ = made(format="jsonl", profile="full", split=SPLIT)
    rows = [json.loads(line) for file in facts.files for line in (folder / file.name).open(encoding="utf-8")]
    text = (folder / "README.md").read_text(encoding="utf-8")
    lengths = sorted(row["char_count"] for row in rows)
    assert f"{sum(lengths)} characters in all" in text
    assert f"| longest | {lengths[-1]} |" in text
    assert f"| median | {lengths[round((len(lengths) - 1) / 2)]} |" in text
    for layout in {row["provenance"]["layout"] for row in rows}:
        n = sum(row["provenance"]["layout"] == layout for row in rows)
        assert f"| {layout} | {n} |" in text
    kickers = sum(row["kicker"] is not None for row in rows)
    assert f"| `kicker` | {kickers / len(rows):.1%} |" in text


@pytest.mark.parametrize("format_", FORMATS)
def test_one_flipped_byte_anywhere_is_reported(
    made: Callable[..., Made], tmp_path: Path, format_: str
) -> None:
    folder, _, _ = made(format=format_)
    shutil.copytree(folder, tmp_path / "copy")
    assert check(tmp_path / "copy") == []
    for path in sorted(path for path in (tmp_path / "copy").rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1) if whole else ():
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert any(str(path) in problem for problem in check(tmp_path / "copy")), (path.name, at)
        path.write_bytes(whole)
    assert check(tmp_path / "copy") == []


def test_kepu_verify_checks_an_export(made: Callable[..., Made], tmp_path: Path) -> None:
    folder, facts, _ = made(format="jsonl")
    shutil.copytree(folder, tmp_path / "copy")
    whole = CliRunner().invoke(verify, [str(tmp_path / "copy")])
    assert (whole.exit_code, whole.output) == (0, f"{tmp_path / 'copy'}: {facts.rows} articles, intact\n")
    (tmp_path / "copy" / "README.md").write_text("")
    assert CliRunner().invoke(verify, [str(tmp_path / "copy")]).exit_code == 1


def test_missing_and_additional_files_are_reported(made: Callable[..., Made], tmp_path: Path) -> None:
    folder, facts, _ = made(format="jsonl")
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / facts.files[0].name).unlink()
    (copy / "notes.txt").write_text("x")
    named = "\n".join(check(copy))
    assert f"{facts.files[0].name}: is missing" in named
    assert "notes.txt: does not belong to this export" in named
    (copy / "manifest.json").unlink()
    assert "missing or unreadable manifest" in check(copy)[0]


def test_descriptions_mention_no_hosts_except_the_site_and_vocabularies(made: Callable[..., Made]) -> None:
    allowed = {
        "kpzg.people.com.cn", "schema.org", "mlcommons.org", "purl.org", "json-schema.org",
        "rightsstatements.org",
    }  # fmt: skip
    folder, _, _ = made(format="jsonl", profile="full", split=SPLIT)
    for name in (
        "README.md",
        "croissant.json",
        "datapackage.json",
        "schema.json",
        "manifest.json",
        "table-schema.json",
        "features.json",
    ):
        hosts = set(re.findall(r"https?://([^/\s\"'`)}]+)", (folder / name).read_text(encoding="utf-8")))
        assert hosts <= allowed, name


def test_the_same_archive_and_plan_give_the_same_bytes(database: Path, tmp_path: Path) -> None:
    plan = ExportOptions(format="jsonl", profile="full", texts=("exact", "words"), split=SPLIT)
    for name in ("a", "b"):
        export(database, tmp_path / name, plan)
    a, b = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()} for name in "ab")
    assert a == b
    tokenizer = read_json(tmp_path / "a" / "manifest.json")["tokenizer"]
    assert tokenizer["name"] == "rjieba"
    assert "dictionary_sha256" in tokenizer


def test_the_version_follows_the_changes(tmp_path: Path) -> None:
    path, folder = tmp_path / "kepu.db", tmp_path / "export"
    first, *others = sorted(deepcopy(articles()), key=lambda each: each.date_published or "")
    plan = ExportOptions(format="jsonl", profile="text", selection=Selection(duplicates=True), files="month")

    def version(*, force: bool = False, update: bool = False) -> str:
        export(path, folder, plan, force=force, update=update)
        assert check(folder) == []
        return str(read_json(folder / "manifest.json")["version"])

    fill(path, [first, *others[:5]])
    assert version() == "1.0.0"
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert version(force=True) == "1.0.0"
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    fill(path, others[5:8])
    assert version(update=True) == "1.1.0"
    first.headline = f"{first.headline}（更正）"
    fill(path, [first])
    assert version(update=True) == "1.1.1"
    with Store(path) as archive:
        archive.db.execute("DELETE FROM articles WHERE id = ?", (first.id,))
        archive.db.execute(
            "INSERT INTO tombstones (id, urls, texts, reason, forgotten_at) VALUES (?, '[]', '[]', 'asked', ?)",
            (first.id, CLOCK),
        )
    assert version(update=True) == "2.0.0"
    manifest = read_json(folder / "manifest.json")
    assert manifest["tombstones"] == [first.id]
    assert first.id in (folder / "README.md").read_text(encoding="utf-8")
    assert version(update=True) == "2.0.0"
    plan = ExportOptions(format="csv", profile="text")
    assert version(force=True) == "3.0.0"


def test_an_empty_archive_is_described_too(tmp_path: Path, article: Callable[..., Article]) -> None:
    frictionless = judge("frictionless")
    mlcroissant = judge("mlcroissant")

    fill(tmp_path / "kepu.db", [article(1)])
    with Store(tmp_path / "kepu.db") as archive:
        archive.db.execute("DELETE FROM articles")
    assert export(tmp_path / "kepu.db", tmp_path / "export", ExportOptions()).rows == 0
    assert check(tmp_path / "export") == []
    assert "It holds no articles." in (tmp_path / "export" / "README.md").read_text(encoding="utf-8")
    assert not mlcroissant.Dataset(
        jsonld=str(tmp_path / "export" / "croissant.json")
    ).metadata.ctx.issues.errors
    assert frictionless.Package(str(tmp_path / "export" / "datapackage.json")).name == "people-science"


def test_credit_reaches_every_description(database: Path, tmp_path: Path) -> None:
    yaml = judge("yaml")

    credit = Credit("赵一白; 湖泊研究组", "10.5072/kepu.7", "3.1.0")
    export(database, tmp_path / "out", ExportOptions(profile="metadata", credit=credit))
    croissant, package = (
        read_json(tmp_path / "out" / name) for name in ("croissant.json", "datapackage.json")
    )
    assert [each["name"] for each in croissant["creator"]] == ["赵一白", "湖泊研究组"]
    assert (croissant["version"], package["version"]) == ("3.1.0", "3.1.0")
    assert croissant["datePublished"] == CLOCK[:10]
    assert "10.5072/kepu.7" in croissant["citeAs"]
    assert croissant["license"].startswith("https://")
    assert package["licenses"][0]["path"].startswith("https://")
    cited = yaml.safe_load((tmp_path / "out" / "CITATION.cff").read_text("utf-8"))
    assert (cited["doi"], cited["version"], cited["type"]) == ("10.5072/kepu.7", "3.1.0", "dataset")
    assert [each["name"] for each in cited["authors"]] == ["赵一白", "湖泊研究组"]
    assert "赵一白" in (tmp_path / "out" / "README.md").read_text("utf-8")
    export(database, tmp_path / "bare", ExportOptions(profile="metadata"))
    said = "".join(path.read_text("utf-8") for path in (tmp_path / "bare").iterdir() if path.is_file())
    assert "doi" not in said.replace('"doi": null', "").lower()
    for wrong in ({"doi": "https://doi.org/10.5072/x"}, {"version": "3"}):
        with pytest.raises(BadExportOptions, match="write it as"):
            Credit(**wrong)


def test_json_ld_maps_fields_to_schema_org(made: Callable[..., Made]) -> None:
    folder, facts, _ = made(format="jsonl", profile="full")
    terms = read_json(folder / "context.jsonld")["@context"]
    assert set(facts.fields) <= set(terms)
    assert terms["headline"] == "schema:headline"
    assert terms["date_published"] == {"@id": "schema:datePublished", "@type": "https://schema.org/Date"}
    assert terms["char_count"] == "urn:kepu-archive:char_count"
    table = (Path(__file__).parents[3] / "docs" / "export.md").read_text("utf-8")
    for field, word in SCHEMA_ORG.items():
        assert f"`{field}` = {word}" in table, field


def test_the_card_lists_few_gaps_of_many(
    tmp_path: Path, article: Callable[..., Article], story: Callable[..., str]
) -> None:
    some = [article(n, story(n), date_published=f"{2000 + n}-{n % 12 + 1:02}-05") for n in range(20)]
    fill(tmp_path / "kepu.db", some)
    export(tmp_path / "kepu.db", tmp_path / "out", ExportOptions())
    (line,) = re.findall("- Months without.*", (tmp_path / "out" / "README.md").read_text("utf-8"))
    assert len(line) < 250
    assert "more spans" in line
