"""If the disk is full before a command starts, it ends with status 14 and changes nothing, also with blocks of 1 kB."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.backup import backup
from archive.store import Store
from kepu.cli.main import main
from kepu.records import Article

KB = 1024


@pytest.fixture(params=["tmpfs", "blocks of 1 kB"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a small disk of its own."""
    folder, image = tmp_path / "small", tmp_path / "image"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if request.param != "tmpfs":
        with image.open("wb") as file:
            file.truncate(16 * KB * KB)
        make = ["mkfs.ext4", "-q", "-b", "1024", "-m", "0", "-O", "^has_journal", str(image)]
        if shutil.which("mkfs.ext4") is None or subprocess.run(make, check=False).returncode:
            pytest.skip("mkfs.ext4 is not installed")
        mount = ["mount", "-o", "loop", str(image), str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root: the test of a full disk was not run")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> None:
    """Write to the disk until it is full."""
    for size in (64 * KB, KB, 1):
        try:
            with (folder / f"fill-{size}").open("wb", buffering=0) as file:
                while file.write(b"x" * size):
                    pass
        except OSError:
            continue


def test_a_command_on_a_full_disk_changes_nothing(
    disk: Path,
    tmp_path: Path,
    article: Callable[..., Article],
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    path, page = disk / "kepu.db", tmp_path / "page.html"
    page.write_text("<html></html>")
    for each in (path, disk / "other.db"):
        with Store(each) as archive:
            archive.put(article(1))
    backup(path, tmp_path / "backup.db")
    fill(disk)
    before = {each.name: each.read_bytes() for each in disk.glob("*.*") if not each.name.endswith(".lock")}
    for spider in (["crawl"], ["import", page]):
        process = run("kepu", *spider, "--db", path, proxy="http://127.0.0.1:9")
        assert process.returncode == 14, process.stderr
        assert "free some room" in process.stderr
    for command in (
        ["backup", str(disk / "b.db")],
        ["restore", str(tmp_path / "backup.db"), "--force"],
        ["merge", str(disk / "other.db")],
        ["forget", "n1/1", "--reason", "asked", "--yes"],
        ["export", str(disk / "out"), "--accept-rights"],
        ["rebuild"],
        ["duplicates"],
        ["verify", "--repair"],
        ["verify", "--log", str(disk / "log")],
    ):
        done = CliRunner().invoke(main, [*command, "--db", str(path)])
        assert done.exit_code == 14, (command, done.output)
        assert "free some room" in done.output
    done = CliRunner().invoke(main, ["verify", "--db", str(path)])
    assert done.exit_code in (0, 14), done.output
    assert "NOT intact" not in done.output
    (disk / "log").unlink(missing_ok=True)
    after = {each.name: each.read_bytes() for each in disk.glob("*.*") if not each.name.endswith(".lock")}
    assert after == before
