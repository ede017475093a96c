"""Lines about progress in a log."""

import pytest

from kepu import progress


def test_a_line_in_a_log_has_the_remaining_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    with progress.Progress(progress.PAGES) as shown:
        for now, done, total in ((10.0, 100, 7300), (11.0, 110, 7300), (40.0, 400, None), (140.0, 400, 400)):  # noqa: B007
            shown.tell(done, total)
    assert capsys.readouterr().err.splitlines() == [
        "100 of 7300 pages, 10.0/s, 0:12:00 left",
        "400 pages, 10.0/s",
        "400 of 400 pages, 2.9/s",
    ]


def test_bytes_are_shown_in_megabytes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    with progress.Progress(progress.MEGABYTES) as shown:
        for now, done in ((0.5, 20_000), (2.0, 0), (3.0, 560_000), (9.0, 20_000_000)):  # noqa: B007
            shown.tell(done, 54_000_000)
    assert capsys.readouterr().err.splitlines() == [
        "0.6 of 54 MB, 0.2 MB/s, 0:04:46 left",
        "20 of 54 MB, 2.2 MB/s, 0:00:15 left",
    ]
    assert [progress.megabytes(n) for n in (0, 400, 9_960_000)] == ["0.0", "<0.1", "10.0"]
