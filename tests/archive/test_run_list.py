"""The list of the last runs, `kepu runs`."""

from pathlib import Path

from archive.readonly import reading
from archive.run_list import last_runs, lines
from archive.store import Store
from kepu.beijing_time import beijing_minute


def test_the_last_runs_are_listed_with_their_alarms(tmp_path: Path) -> None:
    path = tmp_path / "kepu.db"
    report = {"requests": 47, "new": 3, "changed": 1, "failed": 2, "alarms": ["12 of 20 pages: short_body"]}
    for outcome, status, told in (("nothing_new", 10, {}), ("degraded", 12, report)):
        with Store(path) as archive:
            archive.run("channel", "refresh")
            archive.finish_run(outcome, status, told)
    with Store(path) as archive:  # killed before it ended
        archive.run("channel", "refresh")
        archive.commit()
    with reading(path) as archive_db:
        killed, degraded, first = last_runs(archive_db, 0)
        assert [run.id for run in last_runs(archive_db, 2)] == [killed.id, degraded.id] == [3, 2]
    assert (killed.outcome, killed.status, killed.finished_at) == (None, None, None)
    assert (first.outcome, first.status, first.requests, first.alarms) == ("nothing_new", 10, 0, [])
    header, *rows = lines([killed, degraded])
    assert " ".join(header.split()) == "run kind start end outcome status requests new changed failed alarms"
    assert rows[0].split()[4:] == ["killed,", "or", "still", "running", "0", "0", "0", "0", "0"]
    assert rows[1].split()[2:4] == beijing_minute(degraded.started_at).split()
    assert rows[1].split()[6:] == ["degraded", "12", "47", "3", "1", "2", "1"]
    assert rows[1].split()[1] == "refresh"
    assert rows[2] == "  alarm: 12 of 20 pages: short_body"
