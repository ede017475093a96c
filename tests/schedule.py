"""The order in which processes of pytest-xdist run the tests, for `--dist loadgroup`.

The tests of a file run in one process, one after the other, so that what is made once for a file is made once. Files
that share something expensive are one group. Long groups begin first, so that no process waits for the others at the
end. The mark `xdist_group` has no effect here: pytest 9.2 ignores how pytest-xdist 3.8 adds it to the ids of tests.
"""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

GROUPS = {
    "tests/web/": "web",  # an archive, its reading room and a browser
    "tests/end_to_end/": "crawl",  # a crawl of the replica
    "tests/archive/batch/": "batch",
    "tests/archive/export/test_describe.py": "libraries",  # large ones, which judge and read exports
    "tests/archive/export/test_readers.py": "libraries",
    "tests/pipelines/segmentation/": "segmentation",  # a dictionary and a lexicon
}
"""Beginning of a path → group; every other file is a group of its own."""

LONGEST = (
    "web",
    "crawl",
    "batch",
    "tests/crawler/test_crawls.py",
    "tests/test_types.py",
    "segmentation",
    "tests/cli/test_terminal.py",
    "libraries",
    "tests/archive/export/test_export.py",
    "tests/archive/test_schema.py",
    "tests/crawler/test_delays.py",
    "tests/crawler/shards/test_runs.py",
    "tests/docs/test_tutorials.py",
    "tests/archive/test_accidents.py",
    "tests/archive/test_merge.py",
    "tests/archive/test_kill.py",
    "tests/cli/test_language.py",
    "tests/docs/test_python_library.py",
    "tests/pipelines/chrome/test_scaling.py",
    "tests/archive/test_faults.py",
    "tests/archive/test_more_accidents.py",
    "tests/archive/test_restore.py",
    "tests/archive/test_rebuild.py",
    "tests/archive/test_store.py",
    "tests/archive/test_verify.py",
    "tests/archive/test_frozen_schema.py",
    "tests/archive/duplicates/test_duplicates.py",
    "tests/archive/export/test_split.py",
    "tests/archive/search/test_index.py",
    "tests/crawler/",
    "tests/cli/",
)
"""Groups that take more than about eight seconds, the longest first; then the other ones of some folders."""


def group(test: str) -> str:
    """Return the group of the test with this id."""
    found = (name for beginning, name in GROUPS.items() if test.startswith(beginning))
    return next(found, test.partition("::")[0])


def rank(test: str) -> int:
    """Return the place of a test's group among the groups, which begin in this order."""
    ranks = (n for n, name in enumerate(LONGEST) if group(test).startswith(name))
    return next(ranks, len(LONGEST))


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each process a group at a time, in the order of the collected tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
