"""The stored form of a body gives back the same body in Python, in SQL and after migrating."""

import dataclasses
import sqlite3
from contextlib import closing
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from archive import schema
from archive.schema import body_places
from archive.stored_body import decoded, encoded, encoded_blocks, stored_blocks
from kepu.records import Article, Block, Mark

LETTERS = st.text(st.sampled_from(list('字A "\\/\n\t\x00\x01\x7f\u2028é\U0001f600𠮷́,:[]{}at')), max_size=12)
NUMBERS = st.integers(-1, 9)
BLOCKS = st.builds(
    Block,
    type=st.sampled_from(["paragraph", "heading", "figure", "list", "table", "credit"]),
    text=LETTERS,
    part=st.sampled_from([1, 1, 2]),
    marks=st.lists(st.builds(Mark, NUMBERS, NUMBERS, st.just("sup"), LETTERS), max_size=1),
    level=st.none() | NUMBERS,
    items=st.none() | st.lists(LETTERS, max_size=2),
    ordered=st.none() | st.booleans(),
    rows=st.none() | st.lists(st.lists(LETTERS, max_size=2), max_size=2),
    content_url=st.none() | LETTERS,
    caption=st.none() | LETTERS,
    alt=st.none() | LETTERS,
) | st.builds(Block, type=st.just("paragraph"), text=LETTERS)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw an article whose text is that of its blocks, or another one."""
    blocks = draw(st.lists(BLOCKS, max_size=5))
    own = "\n".join(block.text for block in blocks if block.type not in ("figure", "credit"))
    text = draw(st.just(own) | st.just(own) | LETTERS)
    return Article(id="n1/1", blocks=blocks, text=text, text_canonical=draw(st.just(text) | LETTERS))


@given(articles(), st.booleans())
def test_what_is_stored_is_decoded_to_what_was_given(article: Article, drop_a_field: bool) -> None:
    given_ = schema.values(article)
    row = schema.to_row(article)
    assert decoded(row) == given_
    assert encoded(given_) == row
    assert encoded(row) == row
    assert row["blocks"] == stored_blocks(article.blocks, article.text)
    if drop_a_field and article.blocks:  # as a program with other fields writes it
        other = orjson.loads(given_["blocks"])
        del other[0]["alt"]
        columns = given_ | {"blocks": orjson.dumps(other).decode()}
        assert decoded(encoded(columns)) == columns


@given(articles())
def test_the_migration_the_function_and_the_views_agree(article: Article) -> None:
    given_ = schema.values(article)
    statement = next(each for each in body_places.LETTERS_ONCE if each.startswith("UPDATE articles"))
    with closing(MEMORY()) as conn:
        insert(conn, given_)
        (record,) = conn.execute(f"SELECT {schema.RECORD_SQL} FROM articles").fetchone()
        assert orjson.loads(record)["blocks"] == orjson.loads(given_["blocks"])
        conn.execute(statement, {"first": 1, "last": 1})
        row = conn.execute("SELECT blocks, text, text_canonical FROM articles").fetchone()
        migrated = given_ | dict(zip(("blocks", "text", "text_canonical"), row, strict=True))
        assert decoded(migrated) == given_
        if "\0" not in article.text and "\\u0000" not in given_["blocks"]:  # SQLite's functions end there
            assert migrated == encoded(given_)
            assert conn.execute(f"SELECT {schema.RECORD_SQL} FROM articles").fetchone() == (record,)
            names = [field.name for field in dataclasses.fields(Block)]
            found = conn.execute(f"SELECT {', '.join(names)} FROM article_block ORDER BY position").fetchall()
            assert [[plain(value) for value in each] for each in found] == [
                [plain(value) for value in block.values()] for block in orjson.loads(given_["blocks"])
            ]
            seen = conn.execute("SELECT text, text_canonical FROM article_text").fetchone()
            assert seen == (article.text, article.text_canonical)


def plain(value: Any) -> Any:
    """Return a value of a block as the view has it, whatever white space its JSON has."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = orjson.loads(value)
        except ValueError:
            return value
    return orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value


def MEMORY() -> sqlite3.Connection:  # noqa: N802
    conn: sqlite3.Connection = schema.in_memory().conn
    return conn


def insert(conn: sqlite3.Connection, columns: dict[str, Any]) -> None:
    """Insert a row of `articles` as schema version 27 had it."""
    marks = ", ".join(f":{name}" for name in columns)
    conn.execute(f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks})", columns)


def test_damaged_blocks_stay_as_they_are() -> None:
    for blocks in ("[{", '{"at":1}', '[{"at":"x","length":1}]', '[{"at":1}]', '[["at":1]', "[1]", "null"):
        row = {"blocks": blocks, "text": "字", "text_canonical": "字"}
        assert decoded(row)["blocks"] in {blocks, "[1]"}
        assert encoded_blocks(blocks, "字") == blocks
