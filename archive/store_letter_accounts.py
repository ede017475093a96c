"""Store the account of an article's characters: what was left out of its pages, and by which rule.

It is not part of the record, since it changes with each list of other articles that the site puts below a text.
"""

import sqlite3
from dataclasses import asdict, dataclass

import orjson
from sqlite_utils import Database

from archive.former_table_names import has_table
from kepu.records.letter_account import Account, Added, Excluded

MOST_EXAMPLES = 5
"""Maximum number of runs per rule that a report lists."""


@dataclass(slots=True)
class RuleCount:
    """The characters that one rule left out."""

    rule: str
    """Name of the rule."""
    articles: int
    """Number of articles from whose pages it left something out."""
    letters: int
    """Number of characters, white space not counted."""
    examples: list[tuple[str, str]]
    """(article, text) of the longest runs, with distinct texts, at most one per article."""


def write(db: Database, article: str, account: Account | None) -> None:
    """Replace the account of an article; None deletes it."""
    db.execute("DELETE FROM accounts WHERE article = ?", (article,))
    db.execute("DELETE FROM excluded WHERE article = ?", (article,))
    if account is None:
        return
    db.execute(
        "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            article,
            account.letters,
            account.blocks,
            account.fields,
            account.outside,
            _storable(orjson.dumps([asdict(each) for each in account.added]).decode()),
            _storable(orjson.dumps(account.outside_runs).decode()),
        ),
    )
    db.conn.executemany(
        "INSERT INTO excluded VALUES (?, ?, ?, ?, ?, ?)",
        [
            (article, n, each.part, each.rule, each.text and _storable(each.text), each.letters)
            for n, each in enumerate(account.excluded, 1)
        ],
    )


def read(db: Database, article: str) -> Account | None:
    """Return the account of an article, or None if the archive has none."""
    try:
        row = db.execute(
            "SELECT letters, blocks, fields, outside, added, outside_runs FROM accounts WHERE article = ?",
            (article,),
        ).fetchone()
    except sqlite3.OperationalError:
        if has_table(db, "accounts"):
            raise
        return None  # an older archive that is opened read-only
    if row is None:
        return None
    excluded = db.execute(
        "SELECT part, rule, text, letters FROM excluded WHERE article = ? ORDER BY n", (article,)
    )
    letters, blocks, fields, outside, added, outside_runs = row
    return Account(
        letters,
        blocks,
        fields,
        outside,
        excluded=[Excluded(*each) for each in excluded],
        added=[Added(**each) for each in orjson.loads(added)],
        outside_runs=orjson.loads(outside_runs),
    )


def take_over(db: Database, other: Database) -> int:
    """Copy the accounts of another archive for articles that have none here, or whose present version came from there.

    Return the number copied. Both archives must have the same schema; an older, read-only one has no accounts.
    """
    try:
        ids = [id_ for (id_,) in other.execute("SELECT article FROM accounts ORDER BY article")]
    except sqlite3.OperationalError:
        if has_table(other, "accounts"):
            raise
        return 0
    mine, theirs = _pages(db, ids), _pages(other, ids)
    have = {id_ for (id_,) in db.execute("SELECT article FROM accounts")}
    new, written = list[str](), 0
    for id_ in ids:
        here, there = mine.get(id_), theirs.get(id_)
        if here is None or there is None or here[0] != there[0]:
            continue
        if id_ not in have:
            new.append(id_)
        elif here[1] == there[1] and (account := read(other, id_)) != read(db, id_) and account is not None:
            write(db, id_, account)
            written += 1
    _copy(db, other, new)
    return written + len(new)


def _pages(db: Database, ids: list[str]) -> dict[str, tuple[str | None, str | None]]:
    """Map each article to the hash of the page that its present version came from, and when that was fetched."""
    rows = db.execute(
        "SELECT a.id, provenance ->> '$.payload_sha256', provenance ->> '$.fetched_at' "
        "FROM json_each(?) each CROSS JOIN articles a ON a.id = each.value",
        (orjson.dumps(ids).decode(),),
    )
    return {id_: (page, at) for id_, page, at in rows}


def _copy(db: Database, other: Database, ids: list[str]) -> None:
    """Copy the accounts of articles that have none here."""
    parameters = (orjson.dumps(ids).decode(),)
    for table in ("accounts", "excluded"):
        rows = other.execute(
            f"SELECT t.* FROM json_each(?) each CROSS JOIN {table} t ON t.article = each.value", parameters
        )
        marks = ", ".join("?" * len(rows.description))
        db.conn.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)


def rule_counts(db: Database) -> list[RuleCount]:
    """Return what each rule left out, the rule with the most characters first; empty if the archive has no accounts."""
    try:
        rows = db.execute(
            "SELECT rule, count(DISTINCT article), sum(letters) FROM excluded GROUP BY rule ORDER BY 3 DESC, 1"
        ).fetchall()
    except sqlite3.OperationalError:
        if has_table(db, "excluded"):
            raise
        return []  # an older archive that is opened read-only
    return [RuleCount(rule, articles, letters, _examples(db, rule)) for rule, articles, letters in rows]


def _examples(db: Database, rule: str) -> list[tuple[str, str]]:
    rows = db.execute(
        "SELECT min(article), text FROM excluded WHERE rule = ? AND text IS NOT NULL GROUP BY text "
        "ORDER BY max(letters) DESC, text LIMIT ?",
        (rule, MOST_EXAMPLES),
    )
    return [(article, text) for article, text in rows]


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
