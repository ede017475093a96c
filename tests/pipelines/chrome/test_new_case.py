"""A newly created case is collected, and fails until a person has written its expected record."""

from pathlib import Path

import pytest

from pipelines.chrome import extract, layouts
from pipelines.chrome.layouts.layout_base import Layout
from tests.pipelines.chrome import cases, new_case


def test_a_new_case_fails_until_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_bytes((cases.PAGES / "rwb" / "poem" / "body.html").read_bytes())
    monkeypatch.setattr(new_case, "PAGES", tmp_path)
    case = new_case.begin(
        "rwb/another", page, "http://kpzg.people.com.cn/n1/2019/0615/c404389-31139190.html", None
    )
    assert case.page().body == page.read_bytes()
    record = cases.record(extract(case.page()))
    assert record["headline"] != (case.output or {})["headline"]
    with pytest.raises(FileExistsError):
        new_case.begin("rwb/another", page, None, None)


def test_a_new_layout_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert new_case.begin_layout("rwb", "2019") is None
    monkeypatch.setattr(layouts, "__path__", [str(tmp_path)])
    path = new_case.begin_layout("newDet", "2027")
    assert path is not None
    source = path.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(source, names)
    layout = names["LAYOUT"]
    assert isinstance(layout, Layout)
    assert (layout.name, layout.years) == ("newDet", (2027, None))
