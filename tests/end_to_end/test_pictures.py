"""Pictures of articles are fetched only from the channel's hosts, stored once, and deleted with their article."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import demo
from archive import pictures
from archive.captures import check, folder_for
from archive.forget import forget, targets
from archive.store import Store, reading

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pictured(
    tmp_path_factory: pytest.TempPathFactory, replica: demo.RunningReplica, run: Run
) -> SimpleNamespace:
    """Return an archive of the replica with its pictures, and the requests in the server's log."""
    database = tmp_path_factory.mktemp("pictures") / "kepu.db"
    before = len(replica.log())
    done = run(
        "kepu",
        "crawl",
        "--db",
        database,
        "--images",
        "--images-budget",
        "3",
        "--json",
        proxy=replica.proxy_url,
    )
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout)
    done = run("kepu", "crawl", "--db", database, "--page-resources", "--json", proxy=replica.proxy_url)
    return SimpleNamespace(
        database=database, first=first, then=json.loads(done.stdout), log=replica.log()[before:]
    )


def test_pictures_are_requested_once_and_only_from_hosts_of_the_channel(pictured: SimpleNamespace) -> None:
    asked = [each for each in pictured.log if each["path"].lower().endswith((".jpg", ".png", ".gif"))]
    assert {each["host"] for each in asked} == {"kpzg.people.com.cn"}
    paths = [each["path"] for each in asked]
    assert len(paths) == len(set(paths))
    assert sum(pictured.first["pictures"].values()) == 3
    with reading(pictured.database) as db:
        ids = [id_ for (id_,) in db.execute("SELECT id FROM articles").fetchall()]
        every = {url for id_ in ids for url in pictures.shown_by(db, id_)}
        shown = {url for url in every if url.startswith("http://kpzg.people.com.cn/")}
        states = dict(db.execute("SELECT url, state FROM pictures WHERE kind = 'image'").fetchall())
        assert set(states) == shown
        assert set(states.values()) == {"kept"}
        kept = db.execute(
            "SELECT media_type, width, height, bytes FROM pictures WHERE kind = 'image'"
        ).fetchall()
        assert set(kept) == {("image/gif", 1, 1, 43)}
        assert list(check(folder_for(pictured.database), db)) == []


def test_the_pictures_of_an_article_have_holder_and_credit(pictured: SimpleNamespace) -> None:
    with reading(pictured.database) as db:
        ids = [id_ for (id_,) in db.execute("SELECT id FROM articles").fetchall()]
        found = [each for id_ in ids for each in pictures.of_article(db, id_)]
        assert found
        for each in found:
            assert db.execute("SELECT 1 FROM captures WHERE record_id = ?", (each["capture"],)).fetchone()
            assert each["copyright_holder"]
        assert any(each["credit_text"] for each in found)


def test_the_record_is_the_same_with_and_without_pictures(
    pictured: SimpleNamespace, crawled: SimpleNamespace
) -> None:
    def images(path: Path) -> dict[str, Any]:
        with reading(path) as db:
            return dict(db.execute("SELECT id, image FROM articles").fetchall())

    assert images(pictured.database) == images(crawled.database)


def test_a_picture_is_deleted_with_the_last_article_that_shows_it(pictured: SimpleNamespace) -> None:
    with Store(pictured.database) as archive:
        shown = {
            id_: pictures.shown_by(archive.db, id_)
            for (id_,) in archive.db.execute(
                "SELECT id FROM articles WHERE image <> '[]' ORDER BY id"
            ).fetchall()
        }
        gone = next(id_ for id_, urls in shown.items() if any("kpzg" in url for url in urls))
        others = {url for id_, urls in shown.items() if id_ != gone for url in urls}
        forget(archive, targets(archive.db, [gone]), "asked to")
        left = {
            url for (url,) in archive.db.execute("SELECT url FROM captures WHERE kind = 'image'").fetchall()
        }
        there = {
            url for (url,) in archive.db.execute("SELECT url FROM pictures WHERE kind = 'image'").fetchall()
        }
    assert there == left
    assert not (shown[gone] - others) & left
    assert {url for url in others if url.startswith("http://kpzg.")} <= left
    with reading(pictured.database) as db:
        assert list(check(folder_for(pictured.database), db)) == []
