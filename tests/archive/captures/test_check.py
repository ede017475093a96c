"""`check` reports every problem; erased captures leave no bytes, and no other record moves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.captures import CaptureReader, check, files, folder_for, forget, of_articles, purge, rows
from archive.captures.erase_captures import filler
from archive.captures.warc_reader import walk
from archive.captures.warc_records import unpack
from archive.store import Store, reading
from kepu.records import Article
from tests.archive.captures.conftest import answer, body, judged, whole

Make = Callable[..., Article]


@pytest.fixture
def kept(path: Path, article: Make) -> Path:
    """Return an archive of five articles, the second in two parts, the last with the bytes of the first."""
    with Store(path) as archive:
        for n in range(1, 6):
            parts = [answer(n, body(n % 5))] + [answer(20, body(20), part=2)] * (n == 2)
            archive.put(article(n), parts)
        archive.put(article(6), [answer(6, body(1))])
    whole(path)
    return path


def test_every_flipped_bit_is_found(kept: Path) -> None:
    """The only bits that may go unnoticed change no record: the time in a gzip header, the padding of deflate."""
    (file,) = files(folder_for(kept))
    data = file.read_bytes()
    records = [record for _, _, record in walk(file)]
    unseen = 0
    for at in range(0, len(data), 211):
        file.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        with reading(kept) as db:
            problems = list(check(folder_for(kept), db))
        if not problems:
            unseen += 1
            assert [record for _, _, record in walk(file)] == records, at
        assert all(str(file) in problem.what for problem in problems)
    assert unseen < 5


@pytest.mark.parametrize("damage", ["shorter", "longer", "gone", "another", "offset", "row", "referred"])
def test_disagreements_are_reported(kept: Path, damage: str) -> None:
    (file,) = files(folder_for(kept))
    with Store(kept) as archive:
        if damage == "offset":
            archive.db.execute(
                "UPDATE articles SET provenance = json_set(provenance, '$.warc.offset', 7) WHERE seq = 2"
            )
        elif damage == "row":
            archive.db.execute("DELETE FROM captures WHERE article = 'n1/3'")
        elif damage == "referred":
            archive.db.execute("UPDATE captures SET refers_to = 'urn:uuid:0' WHERE type = 'revisit'")
    if damage == "shorter":
        file.write_bytes(file.read_bytes()[:-9])
    elif damage == "longer":
        file.write_bytes(file.read_bytes() + b"more")
    elif damage == "gone":
        file.unlink()
    elif damage == "another":
        file.with_name("other.warc.gz").write_bytes(b"")
    with reading(kept) as db:
        assert list(check(folder_for(kept), db))


@pytest.mark.parametrize("killed", [False, True])
def test_forgotten_bytes_are_gone_and_no_other_record_moves(kept: Path, killed: bool) -> None:
    (file,) = files(folder_for(kept))
    with reading(kept) as db:
        before = {row.record_id: row for row in rows(db, "1")}
    size = file.stat().st_size
    with Store(kept) as archive:
        with archive.remembering():
            left = forget(archive.db, of_articles(archive.db, ["n1/1", "n1/2"]))
            archive.db.execute("DELETE FROM articles WHERE id IN ('n1/1', 'n1/2')")
        archive.commit()
        if not killed:
            assert purge(archive.db, folder_for(kept)) == 3
    Store(kept).close()
    assert file.stat().st_size == size
    payloads = b"".join(payload for _, payload in judged(kept))
    for n in (1, 2, 20):
        assert body(n) not in payloads
    assert body(3) in payloads
    with reading(kept) as db, CaptureReader(db, folder_for(kept)) as reader:
        assert all(row == before[row.record_id] for row in rows(db, "1"))
        assert reader.body(rows(db, "article = 'n1/3'")[0]) == body(3)
        (orphan,) = rows(db, "article = 'n1/6'")
        assert left == [orphan.record_id]
        problems = list(check(folder_for(kept), db))
    assert [problem.record_id for problem in problems] == [orphan.record_id]


@settings(deadline=None)
@given(st.one_of(st.integers(190, 3000), st.integers(65_400, 65_900), st.integers(130_900, 131_300)))
def test_a_filler_has_exactly_the_length_of_the_erased_record(length: int) -> None:
    made = filler(length)
    assert len(made) == length
    assert unpack(made).type == "metadata"
