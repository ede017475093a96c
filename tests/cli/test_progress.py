"""What a log says of how far long work is."""

import pytest

from kepu import progress


def test_a_line_in_a_log_tells_the_time_that_is_left(
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
