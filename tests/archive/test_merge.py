"""Merging two archives gives the same in both directions and when repeated, and leaves the other one unchanged."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from archive.captures import check, folder_for
from archive.duplicates import known_sketches, update_duplicates
from archive.duplicates.shingles import Shingles
from archive.duplicates.signatures import Sketches, sketch
from archive.forget import forget, targets
from archive.jsonl_lines import path_for
from archive.merge import merge, merge_all
from archive.readonly import reading, records
from archive.schema import SCHEMA_STEPS
from archive.store import Store
from archive.verify import verify
from kepu.errors import NotFound, WrongSchema
from kepu.records import Appearance, Article, Capture, Discovery, Visit
from tests.fork_server import run_program

Make = Callable[..., Article]
LONG = "潮间带的石头翻过来，要记得再翻回去，那是另一些动物的屋顶。" * 3


def answer(article: Article, body: bytes) -> list[Capture]:
    import hashlib

    url, at = article.url or "", article.provenance.fetched_at or ""
    article.provenance.payload_sha256 = hashlib.sha256(body).hexdigest()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    asked = b"GET / HTTP/1.1\r\n\r\n"
    return [Capture(url, at, body, asked, head, 200, None, article.provenance.payload_sha256)]


def state(path: Path) -> dict[str, Any]:
    """Return the articles and URLs of an archive without numbers of runs and places of captures."""

    def plain(record: dict[str, Any]) -> dict[str, Any]:
        record["provenance"].pop("run")
        warc = record["provenance"].pop("warc")
        return record | {"capture": warc and warc["record_id"]}

    with reading(path) as db:
        # What an earlier version was grouped with, when it was replaced, depends on what else was there then.
        grouped = {"duplicate_of": None, "cluster": None, "similarity": None}
        earlier = {
            (article, n): (replaced, plain(json.loads(record)) | grouped)
            for article, n, replaced, record in db.execute("SELECT * FROM revisions")
        }
        return {
            "articles": {str(record["id"]): plain(record) for record in records(db)},
            "earlier": earlier,
            "urls": set(
                db.execute(
                    "SELECT url, article, state, code, first_seen, last_seen, fetched_at, due_at, title FROM urls"
                )
            ),
            "tombstones": set(db.execute("SELECT id, urls, texts FROM tombstones")),
            "duplicates": set(db.execute("SELECT url, article, duplicate_of, reason FROM duplicates")),
            "captures": set(db.execute("SELECT record_id, url, article, digest FROM captures")),
        }


def copied(path: Path, to: Path) -> Path:
    """Return a copy of a closed archive with its captures and its JSONL."""
    to.mkdir(parents=True)
    for file in path.parent.glob(f"{path.stem}*"):
        (shutil.copytree if file.is_dir() else shutil.copy)(file, to / file.name)
    return to / path.name


def both_ways(one: Path, other: Path, folder: Path) -> dict[str, Any]:
    """Merge copies in both directions and twice; return the results."""
    here, there = copied(one, folder / "here"), copied(other, folder / "there")
    untouched = {file: file.read_bytes() for file in other.parent.rglob("*") if file.is_file()}
    merge(here, other)
    merge(there, one)
    assert {file: file.read_bytes() for file in other.parent.rglob("*") if file.is_file()} == untouched
    merged, mirrored = state(here), state(there)
    for part, known in merged.items():
        assert known == mirrored[part], part
    for path in (here, there):
        assert verify(path).whole, verify(path).lines()
        with reading(path) as db:
            assert list(check(folder_for(path), db)) == []
    done = merge(here, other)
    assert (done.new, done.changed, done.captures, done.forgotten) == (0, 0, 0, 0)
    assert state(here) == merged
    return merged


NO_SHRINK = [phase for phase in Phase if phase is not Phase.shrink]

Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "found", "gone", "failed", "forget", "incomplete"]),
        st.integers(4001, 4004),
        st.integers(0, 2),
        st.integers(0, 9),
    ),
    max_size=12,
)


def do(path: Path, steps: list[Step], article: Make, mark: str) -> None:
    """Store articles in several versions as a run does, at increasing times per archive."""
    with Store(path) as archive:
        archive.run("channel", mark)
        for n, (step, number, version, day) in enumerate(steps):
            at = f"2026-01-{n + 1:02}T0{day}:00:00Z"
            archive.now = lambda at=at: at  # type: ignore[misc]
            made = article(number, LONG * version if version else None)
            made.provenance.fetched_at = at
            if step in {"put", "incomplete"}:
                if step == "incomplete":
                    made.warnings.append("incomplete")
                archive.put(made, answer(made, f"{mark}{number}{version}".encode() * 90))
            elif step == "found":
                url = f"http://kpzg.people.com.cn/n1/2024/0105/c40{day}000-{number}.html"
                archive.found(url, "article", article=made.id, via=Discovery("section", None, f"标题{day}"))
            elif step == "forget":
                if day < 3:
                    forget(archive, targets(archive.db, [made.id], unseen=True), "asked")
            else:
                state = "gone" if step == "gone" else "failed"
                archive.note(Visit(made.url or "", state, at, article=made.id, code=step))  # type: ignore[arg-type]
        archive.put(article(4010 if mark == "a" else 4011))


@example(
    [("forget", 4004, 2, 1)],
    [("found", 4004, 1, 2), ("put", 4004, 0, 9), ("forget", 4004, 1, 2)],
)
@given(STEPS, STEPS)
@settings(
    max_examples=12,
    deadline=None,
    phases=NO_SHRINK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_merge_gives_the_same_in_both_directions(
    tmp_path_factory: pytest.TempPathFactory, article: Make, one: list[Step], other: list[Step]
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    do(folder / "a" / "kepu.db", one, article, "a")
    do(folder / "b" / "kepu.db", other, article, "b")
    both_ways(folder / "a" / "kepu.db", folder / "b" / "kepu.db", folder / "merged")


def test_the_newer_version_is_the_present_one(tmp_path: Path, article: Make) -> None:
    one, other = tmp_path / "a" / "kepu.db", tmp_path / "b" / "kepu.db"
    for path, days in ((one, (1, 5)), (other, (3, 4))):
        with Store(path) as archive:
            archive.run("channel", path.parent.name)
            for day in days:
                made = article(4001, f"第{day}天的读数：{LONG}")
                made.provenance.fetched_at = f"2026-01-0{day}T00:00:00Z"
                made.provenance.run = 1
                archive.put(made, answer(made, f"day {day} ".encode() * 99))
            archive.put(article(4100 + day, LONG))
    merged = both_ways(one, other, tmp_path / "merged")
    present = merged["articles"]["n1/4001"]
    assert present["text"].startswith("第5天")
    assert present["revision"]["n"] == 4
    stood = [
        (n, replaced, record["text"][:3]) for (_, n), (replaced, record) in sorted(merged["earlier"].items())
    ]
    assert stood == [
        (1, "2026-01-03T00:00:00Z", "第1天"),
        (2, "2026-01-04T00:00:00Z", "第3天"),
        (3, "2026-01-05T00:00:00Z", "第4天"),
    ]
    assert merged["articles"]["n1/4105"]["duplicate_of"] == "n1/4104"
    with reading(tmp_path / "merged" / "here" / "kepu.db") as db:
        # Each version says which run had it: those of the other archive have the numbers of that one's runs here.
        runs = dict(db.execute("SELECT id, mode FROM runs"))
        said = db.execute(
            "SELECT substr(record ->> '$.text', 1, 3), record ->> '$.provenance.run' FROM revisions ORDER BY n"
        ).fetchall()
    assert [(text, runs[run]) for text, run in said] == [("第1天", "a"), ("第3天", "b"), ("第4天", "b")]


def test_clusters_are_computed_over_both_archives(tmp_path: Path, article: Make) -> None:
    from archive.duplicates import update

    story = "".join(f"第{n}段：观测员在{n}点记下了风向和雪深，然后烧水。" for n in range(40))
    one, other = tmp_path / "a" / "kepu.db", tmp_path / "b" / "kepu.db"
    for path, numbers in ((one, (4002, 4003)), (other, (4001, 4003))):
        with Store(path) as archive:
            for n in numbers:
                archive.put(article(n, story + f"（转载之{n}）"))
            update(archive.db)
    merged = both_ways(one, other, tmp_path / "merged")
    assert {record["cluster"] for record in merged["articles"].values()} == {"n1/4001"}


def test_articles_forgotten_by_either_archive_stay_forgotten(tmp_path: Path, article: Make) -> None:
    one, other = tmp_path / "a" / "kepu.db", tmp_path / "b" / "kepu.db"
    for path in (one, other):
        with Store(path) as archive:
            for n in (4001, 4002, 4003):
                made = article(n, f"{LONG}其{n}")
                archive.put(made, answer(made, f"{n} 秘密".encode() * 90))
    for path, gone in ((one, "n1/4001"), (other, "n1/4002")):
        with Store(path) as archive:
            forget(archive, targets(archive.db, [gone]), "asked")
    merged = both_ways(one, other, tmp_path / "merged")
    assert merged["articles"].keys() == {"n1/4003"}
    assert {article for _, _, article, _ in merged["captures"]} == {"n1/4003"}
    assert len(merged["tombstones"]) == 2
    here = tmp_path / "merged" / "here"
    assert not [file for file in here.rglob("*") if file.is_file() and "其4002".encode() in file.read_bytes()]


def test_archives_of_other_versions_and_missing_ones(tmp_path: Path, article: Make) -> None:
    one, other = tmp_path / "a" / "kepu.db", tmp_path / "b" / "kepu.db"
    for path in (one, other):
        with Store(path) as archive:
            archive.put(article(4001))
    conn = sqlite3.connect(other)
    conn.execute(f"PRAGMA user_version = {SCHEMA_STEPS + 1}")
    conn.close()
    before = other.read_bytes(), one.read_bytes()
    with pytest.raises(WrongSchema, match="newer kepu"):
        merge(one, other)
    with pytest.raises(NotFound):
        merge(one, tmp_path / "none.db")
    assert (other.read_bytes(), one.read_bytes()) == before


def test_commits_of_a_killed_run_are_merged(tmp_path: Path, article: Make) -> None:
    one, other = tmp_path / "a" / "kepu.db", tmp_path / "b" / "kepu.db"
    with Store(one) as archive:
        archive.put(article(4001))
    running = Store(tmp_path / "kepu.db")
    running.put(article(4002, appearances=[Appearance(article(4002).url or "")]))
    running.commit()
    other.parent.mkdir()
    for name in ("kepu.db", "kepu.db-wal"):
        shutil.copy(tmp_path / name, other.parent / name)
    running.close()
    before = [(file.name, file.read_bytes()) for file in sorted(other.parent.iterdir())]
    assert merge(one, other).new == 1
    assert [(file.name, file.read_bytes()) for file in sorted(other.parent.iterdir())] == before


def killed_merges(folder: Path, times: int, article: Make) -> None:
    """After a merge is killed anywhere, the archive is intact, and merging again gives the undisturbed result."""
    others = []
    for n, word in enumerate(("雨", "雪", "风")):
        others.append(folder / word / "kepu.db")
        with Store(others[-1]) as archive:
            archive.run("channel", word)
            for number in range(4000 + 20 * n, 4030 + 20 * n):  # a third of them in two archives
                made = article(number, f"{LONG}{number}号观测点记下了{word}。" * 3)
                archive.put(made, answer(made, f"{number}{word}".encode() * 90))
            archive.found(
                "http://kpzg.people.com.cn/n1/2024/0105/c404000-9.html", "article", via=Discovery("section")
            )
    files = [file for each in others for file in each.parent.rglob("*") if file.is_file()]
    # A lock file says which process had it last.
    before = {file: file.read_bytes() for file in files if file.suffix != ".lock"}
    merge_all(folder / "undisturbed.db", others)
    (folder / "killed").mkdir()
    script = Path(__file__).with_name("killed_merge.py")
    done = run_program(
        [sys.executable, script, folder / "killed", str(times), *others], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= times / 2, "most merges came to their end: the test has lost its teeth"
    merged = folder / "killed" / "all.db"
    assert state(merged) == state(folder / "undisturbed.db")
    assert verify(merged).whole, verify(merged).lines()
    assert path_for(merged).read_bytes().count(b"\n") == 70
    assert {file: file.read_bytes() for file in before} == before


def test_a_killed_merge_can_be_repeated(tmp_path: Path, article: Make) -> None:
    killed_merges(tmp_path, 6, article)


@pytest.mark.campaign
def test_many_killed_merges(tmp_path: Path, article: Make) -> None:
    killed_merges(tmp_path, 60, article)


def test_sketches_of_the_same_text_are_taken_over_and_no_others(
    tmp_path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, text in ((4001, LONG), (4002, LONG.replace("，", "，\n"))):  # one content hash, two sketches
        with Store(tmp_path / str(number) / "kepu.db") as archive:
            made = article(number, text)
            made.provenance.fetched_at = f"2026-01-0{4003 - number}T00:00:00Z"
            archive.put(made)
    sources = [tmp_path / number / "kepu.db" for number in ("4001", "4002")]

    def merged(name: str) -> list[tuple[Any, ...]]:
        merge_all(tmp_path / name / "kepu.db", sources)
        with reading(tmp_path / name / "kepu.db") as db:
            return db.execute("SELECT article, said, keys FROM internal_near_texts").fetchall()

    sketched: list[int] = []

    def counted(shingles: Shingles) -> Sketches:
        sketched.append(len(shingles.gram_starts) - 1)
        return sketch(shingles)

    monkeypatch.setattr(update_duplicates, "sketch", counted)
    taken_over = merged("all")
    assert not sketched  # the first text is that of the second archive, which has a sketch of it
    monkeypatch.setattr(known_sketches, "take_over", lambda *_: None)
    assert merged("anew") == taken_over
