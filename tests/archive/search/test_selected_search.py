"""A search narrowed by the filters of exports and reports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.filters import NothingFits
from archive.search.update_index import update
from archive.store import Store
from kepu import Archive
from kepu.records import Article, Source


def test_a_search_takes_the_filters_of_every_other_command(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    path = tmp_path / "kepu.db"
    for run in (1, 2):
        with Store(path) as archive:
            number = archive.run("channel", "refresh")
            for n in range(10 * run, 10 * run + 6):
                made = article(
                    n,
                    f"湖冰第{n}次开裂，{chr(0x4E00 + n) * 40}。",
                    date_published=f"202{run}-03-0{n % 10 + 1}",
                    source=Source("湖泊报" if n % 2 else "冰报"),
                )
                made.provenance.run = number
                archive.put(made)
            archive.finish_run("finished", 0, {})
    with Store(path) as archive:
        update(archive.db, lambda n: None)
    found = Archive(path)
    assert found.search("湖冰").total == 12
    assert found.search("湖冰", since="2022").total == 6
    assert found.search("湖冰", source="冰报", until="2021").total == 3
    assert {hit.id for hit in found.search("湖冰", ids=["n1/10", "n1/21"]).hits} == {"n1/10", "n1/21"}
    assert found.search("湖冰", sample=4).total == 4
    assert {hit.id for hit in found.search("湖冰", sample=4).hits} == {
        one.id for one in found.articles(sample=4)
    }
    assert found.search("湖冰", runs=[2]).total == 6
    assert "6" in found.report(runs=[2])
    assert [one.id for one in found.articles(runs=[1])] == [f"n1/{n}" for n in range(10, 16)]
    with pytest.raises(NothingFits, match="did you mean 冰报"):
        found.search("湖冰", source="冰 报")
    with pytest.raises(NothingFits, match="no run 9"):
        found.report(runs=[9])
