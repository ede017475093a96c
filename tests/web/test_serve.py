"""How the reading room starts and ends, and what it makes of an archive that changes meanwhile."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive.schema import SCHEMA_STEPS
from archive.store import Store
from kepu.records import Article
from tests.conftest import CHECKOUT
from tests.fork_server import Popen
from tests.waiting import wait_for
from tests.web.asking import ask
from tests.web.conftest import ALIKE, Serve
from tests.web.replica import rows


def refused(run: Callable[..., subprocess.CompletedProcess[str]], *options: str | Path) -> tuple[int, str]:
    """Return status and the one line with which `kepu serve` does not begin."""
    done = run("kepu", "serve", *options, timeout=120, LANGUAGE="en")
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_an_archive_that_cannot_be_shown_is_one_line(
    run: Callable[..., Any], tmp_path: Path, database: Path
) -> None:
    missing, empty, other, broken, newer, locked = (tmp_path / f"{n}.db" for n in range(6))
    empty.touch()
    with closing(sqlite3.connect(other)) as conn:
        conn.execute("CREATE TABLE notes (a)")
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    for path in (newer, locked):
        path.write_bytes(database.read_bytes())
    with closing(sqlite3.connect(newer)) as conn:
        conn.execute(f"PRAGMA user_version = {SCHEMA_STEPS + 1}")
    assert "there is no archive" in refused(run, "--db", missing)[1]
    assert "has 0 bytes" in refused(run, "--db", empty)[1]
    assert "some other program" in refused(run, "--db", other)[1]
    assert "kepu verify" in refused(run, "--db", broken)[1]
    assert "newer kepu" in refused(run, "--db", newer)[1]
    with closing(sqlite3.connect(locked, isolation_level=None)) as conn:
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("BEGIN EXCLUSIVE")
        status, line = refused(run, "--db", locked)
        assert (status, "locked" in line) == (15, True)


def test_a_port_in_use_is_one_line(run: Callable[..., Any], database: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(run, "--db", database, "--port", port)[1]
        assert port in line
        assert "--port" in line
    assert (
        "--host"
        in refused(run, "--db", database, "--host", "203.0.113.7", "--port", "0", "--accept-rights")[1]
    )


def test_ctrl_c_closes_it(serving: Serve, database: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with serving(database) as (address, process):
            assert ask(address, "/")[0] == 200
            assert ask(address, "/data?sql=select+*+from+nothing")[0] == 400
            process.send_signal(number)
            out, err = process.communicate(timeout=120)
            assert "closed" in out
            assert err == ""
            assert process.returncode == 0


def test_several_archives_open_a_room_each(
    environment: Callable[..., dict[str, str]], tmp_path: Path, article: Callable[..., Article]
) -> None:
    paths = [tmp_path / f"{n}.db" for n in range(2)]
    for n, path in enumerate(paths):
        with Store(path) as archive:
            archive.put(article(99000000 + n))
    kepu = Path(sys.executable).with_name("kepu")
    with Popen(
        [kepu, "serve", "--port", "0", *paths],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(LANGUAGE="en"),
    ) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(4)]  # each path, and below it where its room is
        try:
            assert [line.strip() for line in said[::2]] == [f"{path}:" for path in paths]
            rooms = [re.findall(r"http://[^ ]+:\d+", line)[0] for line in said[1::2]]
            found = [[ask(room, f"/article/n1/{99000000 + n}")[0] for n in range(2)] for room in rooms]
            assert found == [[200, 404], [404, 200]]
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 0


def test_open_shows_it_in_a_browser(serving: Serve, database: Path, tmp_path: Path) -> None:
    browser, told = tmp_path / "browser", tmp_path / "told"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}\n')
    browser.chmod(0o755)
    with serving(database, "--open", BROWSER=f"{browser} %s") as (address, _):
        assert ask(address, "/")[0] == 200
        assert told.read_text() == f"{address}/\n"


def test_without_the_extra_it_says_what_to_install(
    database: Path, environment: Callable[..., dict[str, str]]
) -> None:
    without = "import sys; sys.modules['datasette'] = None; sys.modules['datasette.app'] = None; "
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            without + "from kepu.cli.main import run; run()",
            "serve",
            "--db",
            str(database),
        ],
        env=environment(LANGUAGE="en"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "datasette" in done.stderr
    # The command for this environment: the checkout's own, or any other.
    assert any(command in done.stderr for command in (f"make -C {CHECKOUT} extras", sys.executable))


def test_beyond_loopback_it_says_so(serving: Serve, database: Path) -> None:
    with serving(database, "--host", "0.0.0.0", "--accept-rights") as (address, process):
        assert process.stdout
        others = process.stdout.readline()
        assert f"{socket.gethostname()}:{address.rpartition(':')[2]}" in others
        assert "0.0.0.0" not in address + others
        assert "not on this machine alone" in process.stdout.readline()
        here = address
        assert ask(here, "/", Host="archive.example")[0] == 200
        for path in ("/search.jsonl?q=x", "/search.csv", "/corpus.csv?view=words"):
            status, _, body = ask(here, path, Accept_Language="en")
            assert status == 403, path
            assert "--downloads" in body
        assert "search.jsonl" not in ask(here, "/search?q=" + quote("冰"))[2]
        assert ask(here, "/data/articles.csv?_stream=1&_size=max")[2].count("\nn1/") < 120
    with serving(database, "--host", "0.0.0.0", "--accept-rights", "--downloads") as (address, _):
        assert ask(address, "/search.jsonl?q=" + quote("冰"))[0] == 200


def test_nobody_else_reads_before_the_rights_are_confirmed(
    run: Callable[..., subprocess.CompletedProcess[str]], database: Path
) -> None:
    status, line = refused(run, "--db", database, "--host", "0.0.0.0", "--port", "0")
    assert status == 2
    assert "--accept-rights" in line


def test_a_crawl_may_write_meanwhile(
    serving: Serve, database: Path, tmp_path: Path, article: Callable[..., Any]
) -> None:
    from archive.store import Store

    copy = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with serving(copy) as (address, _):
        assert ask(address, "/")[0] == 200
        with Store(copy) as archive:
            for n in range(70_000_001, 70_000_121):
                archive.put(article(n))
                assert n % 40 or ask(address, "/search?q=" + quote("冰"))[0] == 200
            assert ask(address, "/article/n1/70000050")[0] == 200
            assert ask(address, "/article/n1/70000120")[0] == 404, "what is not committed is not seen"
        (total,) = rows(copy, "SELECT count(*) FROM articles")[0]
        wait_for(lambda: "冰从哪里长起（70000120）" in ask(address, "/article/n1/70000120")[2])
        wait_for(lambda: f"<dd>{total}</dd>" in ask(address, "/")[2])
        for suffix in ("", "-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        status, _, body = ask(address, "/article/n1/70000120", Accept_Language="en")
        assert status == 503
        assert "not there any more" in body
        copy.write_bytes(database.read_bytes())
        assert ask(address, "/article/n1/70000120")[0] == 404, "another archive in its place is read at once"


OLDER = (
    "internal_search_index",
    "internal_search_columns",
    "internal_search_kinds",
    "internal_search_state",
    "internal_near_pairs",
    "internal_near_articles",
    "captures",
)
"""Tables that an archive of an older kepu does not have."""


def test_what_was_forgotten_is_said_to_be(serving: Serve, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with serving(copy) as (address, _):
        assert ask(address, "/article/n1/66600002")[0] == 200
        with closing(sqlite3.connect(copy)) as conn:
            conn.execute("DELETE FROM articles WHERE id = 'n1/66600002'")
            conn.execute(
                "INSERT INTO tombstones (id, urls, texts, reason, forgotten_at) "
                "VALUES ('n1/66600002', '[]', '[]', 'x', 'y')"
            )
            conn.commit()
        status, _, body = ask(address, "/article/n1/66600002", Accept_Language="en")
        assert status == 410
        assert "taken out" in body
        assert "66600002" not in ask(address, "/search?q=" + quote("算式里的冰"))[2].split("<main")[1]


def test_an_archive_of_an_older_kepu_can_be_read(serving: Serve, database: Path, tmp_path: Path) -> None:
    older = tmp_path / "kepu.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(older)) as target:
        source.backup(target)
        for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            target.execute(f"DROP TRIGGER {name}")
        for name in OLDER:
            target.execute(f"DROP TABLE {name}")
        target.execute("PRAGMA user_version = 1")
        target.commit()
    (id_,) = rows(older, "SELECT id FROM articles WHERE text LIKE '%冰花%'")[0]
    with serving(older) as (address, _):
        for path in ("/", "/browse", "/data", f"/article/{id_}?q=x", f"/article/{id_}/capture"):
            assert ask(address, path)[0] == 200, path
        assert f"/article/{id_}" in ask(address, "/search?q=" + quote("冰花"))[2]
        assert "kepu search" in ask(address, "/search?q=" + quote("冰花"))[2]
        assert str(id_) in ask(address, "/search.jsonl?q=" + quote("冰花"))[2]
        for name in ALIKE:
            lines = ask(address, "/search.jsonl?source=" + quote(name))[2].splitlines()
            assert [json.loads(line)["source"]["name"] for line in lines] == [name]
        for line in ask(address, "/search.jsonl?without=source&without=section")[2].splitlines():
            assert (json.loads(line)["source"], json.loads(line)["article_section"]) == (None, None)
        assert "</html>" in ask(address, "/search?q=" + quote("100% '\"冰") + "&year=2024&source=x")[2]
