"""The Python library: its examples run, and filters work as in the command; tests/test_types.py checks its types."""

import datetime
import doctest
import json
from pathlib import Path

import pytest

import kepu.api
from archive.export.rights_gate import RightsNotAccepted
from archive.filters import NothingFits
from archive.search.update_index import update
from archive.store import Store
from demo import pages
from kepu import Archive
from kepu.errors import NotFound
from kepu.records import Page
from pipelines.build_article import article_from_page, normalize


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo's articles in data/kepu.db, and its index."""
    folder = tmp_path_factory.mktemp("library")
    with Store(folder / "data" / "kepu.db") as archive:
        for url, headers, body, _ in pages():
            page = Page(
                body=body, url=url, url_requested=url, status=200, content_type=headers.get("Content-Type")
            )
            archive.put(normalize(article_from_page(page)))
    with Store(folder / "data" / "kepu.db") as archive:
        update(archive.db, lambda n: None)
    return folder


def test_every_example_runs(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").symlink_to(folder / "data")
    monkeypatch.chdir(tmp_path)
    shared: dict[str, object] = {}
    tests = [test for test in doctest.DocTestFinder().find(kepu.api) if test.examples]
    public = {f"kepu.api.Archive.{name}" for name in vars(Archive) if not name.startswith("_")}
    assert public <= {test.name for test in tests}
    for test in sorted(tests, key=lambda test: test.lineno or 0):
        test.globs = shared
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, clear_globs=False)
        assert not result.failed, test.name
    assert (tmp_path / "out" / "LICENSE-NOTICE.md").is_file()


def test_exporting_texts_needs_accept_rights(folder: Path, tmp_path: Path) -> None:
    archive = Archive(folder / "data" / "kepu.db")
    some = [next(archive.articles()).id]
    with pytest.raises(RightsNotAccepted, match="accept_rights=True"):
        archive.export(tmp_path / "out", sample=3)
    with pytest.raises(RightsNotAccepted):
        archive.export(tmp_path / "out", ids=some, format="hf", profile="full")
    assert not (tmp_path / "out").exists()
    assert archive.export(tmp_path / "out", sample=3, accept_rights=True).rows == 3
    assert "未经书面授权禁止使用" in (tmp_path / "out" / "LICENSE-NOTICE.md").read_text("utf-8")


def test_all_methods_accept_the_same_filters(folder: Path, tmp_path: Path) -> None:
    archive = Archive(folder / "data" / "kepu.db")
    since = datetime.date(2020, 1, 1)
    ids = [article.id for article in archive.articles(since=since, sample="50%", seed=2)]
    assert 0 < len(ids) < archive.count(since="2020")
    assert archive.count(since="2020", sample="50%", seed=2) == len(ids)
    assert list(archive.frame(since="2020", sample="50%", seed=2)["id"]) == ids
    archive.export(tmp_path / "out", profile="metadata", since="2020", sample="50%", seed=2)
    (file,) = (tmp_path / "out" / "data").iterdir()
    exported = [json.loads(line)["id"] for line in file.open(encoding="utf-8")]
    assert sorted(exported) == sorted(ids)
    with pytest.raises(NothingFits, match="there are"):
        archive.count(section="不存在")
    with pytest.raises(TypeError, match="sinse"):
        archive.count(sinse="2023")  # type: ignore[call-arg]


def test_articles_are_found_by_the_same_names_as_on_the_command_line(folder: Path) -> None:
    archive = Archive(folder / "data" / "kepu.db")
    article = next(archive.articles())
    assert article.url is not None
    number = article.id.rpartition("/")[2]
    for name in (article.id, number, article.url):
        found = archive.article(name)
        assert found is not None
        assert found.id == article.id
        assert archive.revisions(name)[-1].record["headline"] == article.headline
        assert archive.count(ids=[name]) == 1
    assert archive.article("n1/1") is None
    with pytest.raises(NotFound):
        archive.revisions("n1/1")
