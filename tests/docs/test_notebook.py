"""The notebook goes from an archive to a plot, and so does the Python door that it opens."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from archive.store import Store
from demo import pages
from kepu import Archive
from kepu.errors import NotFound
from kepu.records import Page
from pipelines.build_article import article_from_page, normalize

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the demo's articles."""
    path = tmp_path_factory.mktemp("notebook") / "kepu.db"
    with Store(path) as archive:
        for url, headers, body, _ in pages():
            page = Page(
                body=body, url=url, url_requested=url, status=200, content_type=headers.get("Content-Type")
            )
            archive.put(normalize(article_from_page(page)))
    return path


def test_the_notebook_runs_and_ends_in_a_plot(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPU_DB", str(filled))
    notebook = nbformat.read(CHECKOUT / "docs" / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in notebook.cells), "keep it without outputs: clear them"
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(CHECKOUT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    printed = "".join(output.get("text", "") for output in outputs)
    assert f"holds {len(Archive(filled))} articles" in printed


def test_what_the_door_gives_is_what_the_archive_holds(filled: Path) -> None:
    archive = Archive(filled)
    everything = list(archive.articles(duplicates=True))
    assert len(everything) == len(archive) > 40
    dated = [article.date_published for article in everything if article.date_published]
    assert dated == sorted(dated)
    one = everything[3]
    assert archive.article(one.id) == one
    assert archive.article("n1/1") is None
    since = [article.id for article in archive.articles(since="2020")]
    assert set(archive.frame(since="2020").id) == set(since)
    assert 0 < len(since) < len(everything)
    some = one.headline or ""
    assert one.id in {hit.id for hit in archive.search(f'"{some}"').hits}


def test_where_there_is_no_archive_it_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="kepu crawl"):
        Archive(tmp_path / "none.db")
