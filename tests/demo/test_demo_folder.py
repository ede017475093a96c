"""`make demo` deletes only what an earlier `make demo` wrote."""

import shutil
from pathlib import Path

import pytest

from demo import demo_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that a demo has written."""
    folder = tmp_path / "demo-data"
    (folder / "kepu-captures").mkdir(parents=True)
    for name in ("kepu.db", "kepu.jsonl", "kepu-captures/kepu-1.warc.gz"):
        (folder / name).write_text(name)
    demo_folder.list_files(folder)
    return folder


def test_a_folder_as_the_demo_left_it_is_deleted(folder: Path) -> None:
    (folder / "kepu.corpus").mkdir()
    (folder / "kepu.corpus" / "summary.npz").write_text("a reading command caches its results here")
    assert demo_folder.empty(folder) is None
    assert list(folder.parent.iterdir()) == []
    assert demo_folder.empty(folder) is None  # there is nothing any more


@pytest.mark.parametrize(
    "name", ["checks.jsonl", "mine/notes.txt", "mine/empty/", "kepu.db", ".made-by-make-demo.json"]
)
def test_a_folder_with_anything_else_is_moved_aside(folder: Path, name: str) -> None:
    if name.endswith("/"):
        (folder / name).mkdir(parents=True)
    else:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("written by the reader")
    (folder.parent / "demo-data.before-1").mkdir()
    said = demo_folder.empty(folder)
    assert said is not None
    assert "demo-data.before-2" in said
    assert "\n" not in said
    assert not folder.exists()
    assert (folder.parent / "demo-data.before-2" / name).exists()
    assert (folder.parent / "demo-data.before-2" / "kepu.jsonl").read_text() == "kepu.jsonl"


def test_a_link_to_another_folder_is_renamed_and_its_target_kept(folder: Path) -> None:
    elsewhere = folder.rename(folder.parent / "elsewhere")
    folder.symlink_to(elsewhere)
    assert demo_folder.empty(folder)
    assert (elsewhere / "kepu.db").exists()
    shutil.rmtree(elsewhere)
    assert demo_folder.empty(folder) is None
