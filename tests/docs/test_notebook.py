"""The notebook runs and gives its stored output, and the Python library returns what the archive contains."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from archive.store import Store
from demo import articles, pages
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
        for story in articles():
            first, *further = [
                Page(
                    body=body,
                    url=url,
                    url_requested=url,
                    status=200,
                    content_type=headers.get("Content-Type"),
                )
                for url, headers, body, _ in pages([story])
            ][: len(story.parts)]
            for number, part in enumerate(further, start=2):
                part.part = number
            first.parts = further
            archive.put(normalize(article_from_page(first)))
    return path


def test_the_notebook_runs_where_jupyter_opens_it_and_gives_what_is_stored(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPU_DB", str(filled))
    notebook = nbformat.read(CHECKOUT / "docs" / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    stored = _told(notebook)
    assert stored["image/png"] == 1
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(CHECKOUT / "docs")}}).execute()
    assert _told(notebook) == stored
    printed = "".join(stored["text"])
    assert f"存档共 {len(Archive(filled))} 篇" in printed
    first = re.search(
        r"^0 +(\S+) ", next(table for table in stored["tables"] if "LLR" in table), re.MULTILINE
    )
    assert first
    assert f"“{first[1]}”共" in printed  # the concordance of the first word of the keyness table


def _told(notebook: Any) -> dict[str, Any]:
    """Return the printed output of the cells, their tables as text, and the number of pictures."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    data = [output["data"] for output in outputs if "data" in output]
    return {
        "text": [output["text"] for output in outputs if output.get("name") == "stdout"],
        "tables": [each["text/plain"] for each in data if "image/png" not in each],
        "image/png": sum("image/png" in each for each in data),
    }


def test_the_library_returns_what_the_archive_contains(filled: Path) -> None:
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


def test_a_missing_archive_is_reported_immediately(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="kepu crawl"):
        Archive(tmp_path / "none.db")
