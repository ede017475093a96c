"""The version of an export (MAJOR.MINOR.PATCH), which follows from the export that it replaces."""

from dataclasses import dataclass
from typing import Any

FIRST = "1.0.0"
"""The version of an export that replaces no other."""


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """A version and the reason for it."""

    number: str
    """MAJOR.MINOR.PATCH."""
    change: str
    """The difference to the previous version, as a sentence."""


def version(now: dict[str, Any], before: dict[str, Any] | None, added: bool | None = None) -> DatasetVersion:
    """Return the version of an export from its manifest and that of the export that it replaces.

    MAJOR: articles were taken down, so that owners of the older version should delete them, or options or record schema
    differ. MINOR: articles were added. PATCH: articles were corrected, left out for other reasons, or checked again if
    the profile has the time of the check. If no file of articles changed, the version stays the same. `added` says
    whether there are new ids; if it is None, more articles than before count as new ones.
    """
    if before is None:
        return DatasetVersion(FIRST, "The first version.")
    numbers = before["version"].split(".")
    major, minor, patch = (int(number) for number in numbers)
    taken = set(now["tombstones"]) - set(before["tombstones"])
    if taken or now["taken_down"] > before["taken_down"]:
        return DatasetVersion(
            f"{major + 1}.0.0", "Articles were taken down: delete them from older versions too."
        )
    if now["query"] != before["query"] or now["schema_version"] != before["schema_version"]:
        return DatasetVersion(
            f"{major + 1}.0.0", "The options of the export, or the record's fields, are others."
        )
    old, new = _data(before), _data(now)
    if added or (added is None and now["articles"] > before["articles"]):
        return DatasetVersion(f"{major}.{minor + 1}.0", "Articles were added.")
    if {path: file["sha256"] for path, file in new.items()} != {path: f["sha256"] for path, f in old.items()}:
        return DatasetVersion(
            f"{major}.{minor}.{patch + 1}", "Articles were corrected, checked again, or left out."
        )
    return DatasetVersion(before["version"], before["change"])


def _data(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the files with articles, by path."""
    return {file["path"]: file for file in manifest["files"] if file["rows"] is not None}
