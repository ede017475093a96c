"""A changed article gets another line; the JSONL is rewritten only when a tenth of it is outdated."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import jsonl
from archive.jsonl_lines import lines, path_for
from archive.restore import restore
from archive.store import Store, reading
from archive.verify import verify
from kepu.records import Article

Make = Callable[..., Article]


@pytest.fixture(autouse=True)
def no_file_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "SMALL", 0)


def filled(path: Path, article: Make) -> bytes:
    with Store(path) as archive:
        for n in range(1, 41):
            archive.put(article(n))
    return path_for(path).read_bytes()


def in_step(path: Path) -> None:
    """Assert that the last line of each id equals its row."""
    last = {json.loads(line)["id"]: line for line in path_for(path).read_bytes().splitlines(keepends=True)}
    with reading(path) as db:
        assert sorted(last.values()) == sorted(line for _, line in lines(db))
    findings = verify(path)
    assert findings.whole, findings.lines()
    assert not findings.notes


def test_a_changed_article_gets_another_line(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    before = filled(path, article)
    for n, some in enumerate([(3, 7), (3, 41)], 1):
        with Store(path) as archive:
            for each in some:
                archive.put(article(each, f"第{each}篇的第{n}次改动：冰面上的裂纹在傍晚合拢。"))
        after = path_for(path).read_bytes()
        assert after.startswith(before)
        assert after.count(b"\n") == before.count(b"\n") + 2
        in_step(path)
        before = after
    with Store(path):
        pass
    assert path_for(path).read_bytes() == before


def test_the_jsonl_is_rewritten_when_a_tenth_is_outdated(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    for n in range(1, 9):
        with Store(path) as archive:
            archive.put(article(n, f"第{n}篇改了：雪比天气预报早到了两个小时。"))
        in_step(path)
        assert path_for(path).read_bytes().count(b"\n") <= 44
    with Store(path) as archive:
        for n in range(20, 30):
            archive.put(article(n, f"第{n}篇改了：雪比天气预报早到了两个小时。"))
    assert path_for(path).read_bytes().count(b"\n") == 40
    in_step(path)


def test_an_article_is_restored_from_its_last_line(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with Store(path) as archive:
        archive.put(article(5, "改过的第五篇：湖中心也结了冰。"))
    (tmp_path / "else").mkdir()
    copy = tmp_path / "else" / "copy.jsonl"
    shutil.copy(path_for(path), copy)
    assert restore(copy, copy.with_name("kepu.db")).broken == []
    with reading(copy.with_name("kepu.db")) as db:
        assert db["articles"].count == 40
        assert "湖中心" in db.execute("SELECT text FROM articles WHERE id = 'n1/5'").fetchone()[0]
    # A line that was cut costs the last version, not the article.
    copy.write_bytes(copy.read_bytes()[:-50])
    assert len(restore(copy, tmp_path / "else" / "cut.db").broken) == 1
    with reading(tmp_path / "else" / "cut.db") as db:
        assert db["articles"].count == 40


def test_verify_compares_the_last_line(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    filled(path, article)
    with Store(path) as archive:
        archive.put(article(5, "改过的第五篇：湖中心也结了冰。"))
    whole = path_for(path).read_bytes()
    path_for(path).write_bytes(whole.replace("湖中心也结了冰".encode(), "湖中心没有结冰".encode()))
    assert "line 41" in verify(path).problems[0]
    assert verify(path, repair=True).repaired
    in_step(path)
