"""The layout that docs/extend.md shows reads the sample page, and gives the record that it shows."""

import json
from pathlib import Path

import pytest

from kepu.records import Page
from pipelines.chrome import extract
from pipelines.chrome.layouts import layout_registry
from pipelines.chrome.layouts.layout_base import Layout
from tests.docs.test_tutorials import CHECKOUT, blocks
from tests.pipelines.chrome.cases import record

URL = "http://kpzg.people.com.cn/n1/2026/0914/c404214-41000001.html"


@pytest.mark.parametrize("page", ["docs/extend.md", "docs/zh/extend.md"])
def test_the_layout_reads_the_sample_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Page(body=(CHECKOUT / "demo/samples/new-template.html").read_bytes(), url=URL, url_requested=URL)
    before = extract(sample)
    assert (before.provenance.layout, before.warnings) == ("generic", ["layout_fallback"])
    (source,), (written,) = blocks(Path(CHECKOUT / page), "python"), blocks(Path(CHECKOUT / page), "json")
    names: dict[str, object] = {"Layout": Layout}
    exec(source, names)
    layouts = (*layout_registry.registry(), names["LAYOUT"])
    monkeypatch.setattr(layout_registry, "registry", lambda: layouts)
    expected = json.loads(written)
    found = record(extract(sample))
    assert {name: found[name] for name in expected} == expected
    assert found["blocks"] == record(before)["blocks"]
