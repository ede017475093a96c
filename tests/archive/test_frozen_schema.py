"""The schema is frozen: archives of released versions are kept as fixtures, and migrate into what a new one is."""

import ast
import gzip
import json
import shutil
import typing
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from sqlite_utils import Database
from sqlite_utils.db import Table

from archive import captures, readonly, record_hash, schema
from archive.former_table_names import PREFIX
from archive.jsonl_lines import path_for
from archive.rebuild.driver import rebuild
from archive.rebuild.reextract import StoredVersion, stored_page
from archive.record_schema_versions import to_present, to_version_1
from archive.schema.migrations import STEPS
from archive.search.update_index import COUNTED, INDEXED
from archive.store import Store
from archive.verify import verify
from archive.web import table_descriptions
from kepu.records import Article
from pipelines.build_article import article_from_page, normalize
from pipelines.validate import validate

FIXTURES = sorted(path.parent for path in Path(__file__).parent.glob("fixtures/*/schema.sql"))
"""Archives of earlier versions; fixtures/make_fixture.py says how each was made."""

CONCERNS = sorted(
    path
    for path in Path(schema.__file__).parent.glob("*.py")
    if path.name not in {"__init__.py", "migrations.py", "record_columns.py"}
)
"""The modules that hold nothing but the SQL of migrations."""


def unpack(fixture: Path, folder: Path) -> Path:
    """Unpack the archive of a fixture into `folder`, and return the path of its database."""
    for name in ("kepu.db", "kepu.jsonl"):
        (folder / name).write_bytes(gzip.decompress((fixture / f"{name}.gz").read_bytes()))
    shutil.copytree(fixture / "kepu-captures", folder / "kepu-captures")
    return folder / "kepu.db"


def statements(db: Database) -> list[str]:
    """Return the SQL of all objects of a database, sorted, with normalised white space."""
    rows = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return sorted(even(sql) for (sql,) in rows)


def even(sql: str) -> str:
    """Return SQL with each run of white space replaced by one space."""
    return " ".join(sql.split())


def new() -> Database:
    """Return a new database with the tables of this version."""
    db = Database(memory=True)
    schema.migrate(db)
    return db


def test_there_is_a_fixture() -> None:
    assert [path.name for path in FIXTURES][:2] == ["v0009", "v0024"]


@pytest.fixture(params=FIXTURES, ids=lambda path: path.name)
def fixture(request: pytest.FixtureRequest) -> Path:
    """Return the folder of one fixture."""
    return Path(request.param)


def test_a_fixture_has_the_schema_in_its_sql_file(tmp_path: Path, fixture: Path) -> None:
    with closing(readonly.connect(unpack(fixture, tmp_path))) as conn:
        texts = conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    assert "".join(f"{sql};\n" for (sql,) in sorted(texts)) == (fixture / "schema.sql").read_text("utf-8")


def test_the_first_migrations_still_make_the_tables_of_a_fixture(fixture: Path) -> None:
    steps = int(fixture.name.removeprefix("v"))
    db = Database(memory=True)
    if steps < len(STEPS):
        schema.migrations.apply(db, stop_before=STEPS[steps][0])
    else:
        schema.migrations.apply(db)
    texts = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    made = "".join(f"{sql};\n" for (sql,) in sorted(texts))
    assert even(made) == even((fixture / "schema.sql").read_text("utf-8"))


def test_a_fixture_migrates_into_the_schema_of_a_new_archive(tmp_path: Path, fixture: Path) -> None:
    path = unpack(fixture, tmp_path)
    with Store(path):
        pass
    with readonly.reading(path) as db:
        assert schema.is_present(db)
        assert statements(db) == statements(new())
        assert [step.name for step in schema.migrations.applied(db)] == [name for name, _ in STEPS]


IN_THE_SUITE = {19, 26}
"""Versions that are tried each time: with pairs of near duplicates, and with STRICT tables."""


@pytest.mark.parametrize(
    "steps",
    [pytest.param(n, marks=[] if n in IN_THE_SUITE else pytest.mark.campaign) for n in range(10, len(STEPS))],
)
def test_an_archive_of_every_version_between_opens_as_the_same(
    tmp_path: Path, steps: int, directly: bytes
) -> None:
    """Of most versions no archive is kept: that of version 9 is migrated up to each, and then opened."""
    path = unpack(FIXTURES[0], tmp_path)
    with closing(readonly.connect(path)) as conn:
        schema.migrations.apply(Database(conn), stop_before=STEPS[steps][0])
        conn.execute(f"PRAGMA user_version = {steps}")
    with readonly.reading(path) as db:
        assert not schema.is_present(db)
        assert by_id(records(db)) == by_id(directly.splitlines())
    with Store(path):
        pass
    findings = verify(path, deep=True)
    assert findings.whole, findings
    assert path_for(path).read_bytes() == directly
    with readonly.reading(path) as db:
        assert statements(db) == statements(new())


@pytest.fixture(scope="module")
def directly(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the JSONL of the first fixture after this version has migrated it at once."""
    path = unpack(FIXTURES[0], tmp_path_factory.mktemp("directly"))
    with Store(path):
        pass
    assert verify(path).whole
    return path_for(path).read_bytes()


def test_a_fixture_is_whole_and_its_records_are_those_of_its_jsonl(tmp_path: Path, fixture: Path) -> None:
    path = unpack(fixture, tmp_path)
    as_now = [
        orjson.dumps(to_present(orjson.loads(line))) for line in path_for(path).read_bytes().splitlines()
    ]
    with readonly.reading(path) as db:  # before it is migrated
        if fixture.name == "v0009":
            assert list(records(db)) == as_now
        assert by_id(records(db)) == by_id(as_now)
        had = {line["id"]: line["revision"]["last_checked"] for line in map(json.loads, records(db))}
    findings = verify(path, deep=True)
    assert findings.whole, findings
    with Store(path):
        pass
    with readonly.reading(path) as db:
        assert schema.is_present(db)
        assert by_id(records(db)) == by_id(as_now)
        assert had == {line["id"]: line["revision"]["last_checked"] for line in map(json.loads, records(db))}
    lines = path_for(path).read_bytes().splitlines()
    assert by_id(lines) == by_id(as_now)
    # Since migration 0014, a line does not say when the page was last asked for.
    assert {line["revision"]["last_checked"] for line in map(json.loads, lines)} == {None}


def by_id(lines: typing.Iterable[bytes]) -> list[dict[str, typing.Any]]:
    """Return the last line of each id, in the order of the first ones, without the time of the last check."""
    found: dict[str, dict[str, typing.Any]] = {}
    for record in map(undecided, lines):
        record["revision"]["last_checked"] = None
        found[record["id"]] = record
    return list(found.values())


def undecided(line: bytes) -> dict[str, typing.Any]:
    """Return a record without its cluster, which migration 0019 recomputes."""
    record: dict[str, typing.Any] = json.loads(line)
    return record | {"cluster": None, "similarity": None}


@pytest.mark.parametrize("fixture", [FIXTURES[0]], ids=["v0009"])
def test_a_fixture_keeps_the_bytes_and_hashes_of_version_1(tmp_path: Path, fixture: Path) -> None:
    """A migration changes no hash and no earlier version; each hash still matches its record."""
    path = unpack(fixture, tmp_path)
    hashes, earlier = (
        "SELECT id, record_sha256 FROM articles ORDER BY seq",
        "SELECT * FROM revisions ORDER BY 1, 2",
    )
    with closing(readonly.connect(path)) as conn:
        before = conn.execute(hashes).fetchall(), conn.execute(earlier).fetchall()
    with Store(path):
        pass
    with readonly.reading(path) as db:
        assert (db.execute(hashes).fetchall(), db.execute(earlier).fetchall()) == before
        for line, (_, stored) in zip(records(db), before[0], strict=True):
            record = orjson.loads(line)
            assert record["schema_version"] == 2
            assert record_hash.of_version_1(record) == stored
            assert to_present(to_version_1(record)) == record
        for article, _, _, text in before[1]:
            (chained,) = db.execute(
                "SELECT revision ->> '$.previous_sha256' FROM articles WHERE id = ?", (article,)
            ).fetchone()
            assert record_hash.of_record(orjson.loads(text)) == chained


@pytest.mark.parametrize("fixture", [FIXTURES[0]], ids=["v0009"])
def test_extracting_an_article_of_version_1_again_makes_no_revision(tmp_path: Path, fixture: Path) -> None:
    """Tried with a response of the same bytes, and with `kepu rebuild`."""
    path = unpack(fixture, tmp_path)
    counts = "SELECT count(*), sum(revision ->> '$.n') FROM articles"
    with Store(path) as archive:
        before = archive.db.execute(counts).fetchone()
        earlier = archive.db.execute("SELECT * FROM revisions ORDER BY 1, 2").fetchall()
        rows = archive.db.execute(
            "SELECT seq FROM articles WHERE provenance ->> '$.warc' IS NOT NULL LIMIT 3"
        ).fetchall()
        reader = captures.CaptureReader(archive.db, archive.captures.folder)
        for (seq,) in rows:
            values = dict(
                zip(
                    schema.ARTICLE_FIELDS,
                    archive.db.execute(
                        f"SELECT {', '.join(schema.ARTICLE_FIELDS)} FROM articles WHERE seq = ?", (seq,)
                    ).fetchone(),
                    strict=True,
                )
            )
            page = stored_page(
                archive.db, reader, StoredVersion(values["id"], 1, values), orjson.loads(values["provenance"])
            )
            again = validate(normalize(article_from_page(page)))
            assert archive.put(again) == "unchanged"
            (stored,) = archive.db.execute(
                "SELECT record_sha256 FROM articles WHERE seq = ?", (seq,)
            ).fetchone()
            assert stored == record_hash.of_article(again)
    rebuild(path, jobs=1)
    with readonly.reading(path) as db:
        assert db.execute(counts).fetchone() == before
        assert db.execute("SELECT * FROM revisions ORDER BY 1, 2").fetchall() == earlier
    assert verify(path).whole


def records(db: Database) -> typing.Iterator[bytes]:
    """Yield the record of each article as a line of JSON."""
    for (line,) in db.execute(f"SELECT {schema.RECORD_SQL} FROM articles ORDER BY seq"):
        yield line.encode()


def test_a_fixture_has_rows_of_every_kind(tmp_path: Path, fixture: Path) -> None:
    """The tests above need these rows to be meaningful."""
    with readonly.reading(unpack(fixture, tmp_path)) as db:
        for name in (
            "articles",
            "captures",
            "internal_checks",
            "duplicates",
            "failures",
            "internal_near_alone",
            "internal_near_pairs",
            "rebuilds",
            "revisions",
            "sections",
            "internal_split_founders",
            "tombstones",
        ):
            assert db.table(name).count > 0, name
        states = {state for (state,) in db.execute("SELECT DISTINCT state FROM urls")}
        assert states >= {"pending", "fetched", "unchanged", "gone", "failed", "excluded"}


def test_articles_has_a_column_for_each_field_of_the_record_and_no_other() -> None:
    """A new field of Article needs a migration that adds its column; otherwise old archives cannot store it."""
    types = {column.name: column.type for column in new().table("articles").columns}
    hints = typing.get_type_hints(Article)
    wanted = {name: sql_type(name, hints[name]) for name in schema.ARTICLE_FIELDS}
    assert types == wanted | {"seq": "INTEGER", "record_sha256": "TEXT"}


def sql_type(name: str, hint: object) -> str:
    """Return the type of the column of a field."""
    if name in schema.JSON_FIELDS:
        return "TEXT"
    members = set(typing.get_args(hint) or (hint,))
    return "INTEGER" if int in members else "REAL" if float in members else "TEXT"


def test_each_table_is_for_readers_and_described_or_has_the_internal_prefix() -> None:
    db = new()
    of_sqlite = ("sqlite_", "_sqlite_")
    for_readers = {
        *(name for name in db.table_names() if not name.startswith((PREFIX, *of_sqlite))),
        *db.view_names(),
    }
    assert for_readers == set(table_descriptions.tables())
    assert all(sentence["en"] and sentence["zh"] for sentence in table_descriptions.tables().values())
    indexes = db.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    for name, table in indexes:
        assert name.startswith(PREFIX) == table.startswith(PREFIX) or table.startswith(of_sqlite), name


def test_every_table_is_strict_and_checks_its_json_and_every_column_has_a_comment() -> None:
    db = new()
    uncommented = []
    for table in [*db.tables, *db.views]:
        if table.name.startswith(("sqlite_", "_sqlite_", "internal_search_index")):
            continue
        comments = table_descriptions.columns(table.schema)
        uncommented += [f"{table.name}.{c.name}" for c in table.columns if not comments.get(c.name)]
        if isinstance(table, Table):
            assert table.strict, table.name
            for column, comment in comments.items():
                is_json = comment.startswith("JSON")
                assert is_json == (f"json_valid({column})" in table.schema), (table.name, column)
    assert uncommented == []


def test_foreign_keys_of_a_fixture_are_valid(tmp_path: Path, fixture: Path) -> None:
    path = unpack(fixture, tmp_path)
    with Store(path):
        pass
    with readonly.reading(path) as db:
        references = [key for table in db.tables for key in table.foreign_keys]
        assert len(references) > 8
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_search_columns_match_its_tables_and_triggers() -> None:
    db = new()
    assert [column.name for column in db.table("internal_search_waiting").columns] == [
        "seq",
        "is_indexed",
        *INDEXED,
    ]
    trigger = next(each.sql for each in db.triggers if each.name == "internal_search_changed")
    named = trigger.partition(" UPDATE OF ")[2].partition(" ON articles")[0]
    # `text` is searched where `text_canonical` is null.
    assert even(named).split(", ") == ["text", *INDEXED, *COUNTED]


@pytest.mark.parametrize("path", CONCERNS, ids=lambda path: path.stem)
def test_the_sql_of_migrations_is_literal_text(path: Path) -> None:
    """A module of frozen SQL has string literals only: no import, call, name or f-string."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        assert isinstance(node, (ast.Assign, ast.Expr)), ast.dump(node)
        value = ast.literal_eval(node.value)
        texts = value if isinstance(node, ast.Assign) else (value,)
        assert isinstance(texts, tuple)
        assert all(isinstance(text, str) for text in texts)


def test_each_constant_of_the_schema_is_in_a_migration() -> None:
    known = {statement for _, step in STEPS for statement in step}
    for path in CONCERNS:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign):
                assert set(ast.literal_eval(node.value)) <= known, path
