"""mypy in strict mode finds nothing in this checkout, and in a user's program only the calls that are wrong."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]

CALLS = """
from datetime import date

from kepu import Archive, Article

archive = Archive("data/kepu.db")
for article in archive.articles(since="2023-06", until=date(2024, 1, 31), source="新华社", section=["科普"]):
    one: Article = article
    print(one.date_published, one.headline, [author.name for author in one.author])
n: int = archive.count(layout="rwb", duplicates=True, complete_only=True, sample="5%", seed=7)
print(archive.frame(ids=["n1/40148467"]))
found = archive.search("大模型", order="date", limit=5)
total: int = found.total + len(found.hits)
facts = archive.export("out", format="parquet", files="month", profile="metadata", split="a=.5,b=.5")
rows: int = facts.rows
for cluster in archive.duplicates():
    print(cluster.canonical, [member.similarity for member in cluster.members])
print([pair.kind for pair in archive.similar("n1/40148467")])
page: str = archive.report("report.html")
print([version.since for version in archive.revisions("40148467")])
print([capture.offset for capture in archive.captures("n1/40148467")])
maybe: Article | None = archive.article("n1/40148467")
print(archive.words(since="2023", limit=3).frame(), archive.kwic("水", width=5, section="科普"))
print(archive.collocates("水", window=3), archive.trend("水", by="year"), archive.keyness("2021", "2022"))
"""

WRONG = {
    "archive.articles(sinse='2023')": "sinse",
    "archive.articles(since=2023)": "since",
    "archive.search('水', order='best')": "order",
    "archive.export('out', files='week')": "files",
    "archive.words(units='word')": "units",
    "archive.articles('2023')": "positional",
}
"""Map calls that a type checker must refuse to a word in its message."""


def test_types_are_strict_and_documented_calls_pass_and_wrong_ones_do_not() -> None:
    """One run of mypy checks both, since a second one would read all our modules again.

    The user's program has the same path each time, which mypy's cache remembers.
    """
    user = CHECKOUT / ".mypy_cache" / "user" / "documented_calls.py"
    user.parent.mkdir(parents=True, exist_ok=True)
    user.write_text(CALLS + "".join(f"{call}\n" for call in WRONG), encoding="utf-8")
    ours = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert ours["strict"] is True
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", *ours["files"], str(user)],
        cwd=CHECKOUT,
        env=os.environ | {"MYPYPATH": str(user.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    first_wrong = len(CALLS.splitlines()) + 1
    said: dict[int, str] = {}
    for line in checked.stdout.splitlines():
        place, error, text = line.partition(": error: ")
        if error:
            path, number = place.split(":")[:2]
            assert (CHECKOUT / path).resolve() == user.resolve(), checked.stdout
            said.setdefault(int(number), text)
    assert list(said) == list(range(first_wrong, first_wrong + len(WRONG))), checked.stdout + checked.stderr
    for text, word in zip(said.values(), WRONG.values(), strict=True):
        assert word in text
