"""Decide which version of an article is the present one, and the order of the others, when two archives know it.

The result depends on the versions alone, not on the archive that each came from. They are sorted by the time when they
were first fetched; those that lack parts or characters come before all sound ones; equal neighbours become one version.
So a merge gives the same result in both directions, and a second merge changes nothing.
"""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from archive import record_hash
from archive.record_schema_versions import to_present
from archive.upsert import MANY_REPLACEMENTS, merge_appearances
from kepu.records import Appearance

Record = dict[str, Any]
"""A record as parsed from JSON."""


@dataclass(slots=True)
class MergedVersion:
    """One version of an article."""

    record: Record
    """Its record, in the schema version in which it is stored."""
    fingerprint: str
    """Its hash, by the rules of the schema version of its record."""
    content: str
    """Its hash by today's rules: equal for two versions with the same content."""

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """The sort key. It never uses the number of a run or the location of a capture, which a merge changes."""
        how = {name: value for name, value in self.record["provenance"].items() if name not in _RENUMBERED}
        how["warc"] = (self.record["provenance"]["warc"] or {}).get("record_id")
        return (
            not self._is_damaged,
            self.record["revision"]["last_changed"] or "",
            self.content,
            orjson.dumps(
                [how, self.record["url"], self.record["url_requested"], self.record["rights"]]
            ).decode(),
        )

    @property
    def _is_damaged(self) -> bool:
        """Whether it lacks parts or was read in the wrong charset: see `upsert.damage`."""
        replacements = self.record["provenance"]["decode_replacements"]
        return "incomplete" in self.record["warnings"] or replacements > MANY_REPLACEMENTS


_RENUMBERED = ("run", "warc")
"""Fields of the provenance that a merge changes."""


def version(record: Record) -> MergedVersion:
    """Return a record of any schema version as a version, with its hashes."""
    fingerprint, present = record_hash.of_record(record), to_present(record)
    return MergedVersion(
        record, fingerprint, fingerprint if present is record else record_hash.of_record(present)
    )


def joined(one: list[MergedVersion], other: list[MergedVersion]) -> list[MergedVersion]:
    """Return the versions of an article that two archives know, renumbered, the present one last.

    The present one has the appearances of all versions, the latest time of a check, and the status found by that check.
    """
    latest = max(one[-1], other[-1], key=lambda v: (v.record["revision"]["last_checked"] or "", v.order))
    last_check = {
        name: latest.record["revision"].get(name) for name in ("status", "last_checked", "last_seen")
    }
    first_seen = min(filter(None, (v.record["revision"]["first_seen"] for v in one + other)), default=None)
    appearances = _appearances(one[-1].record["appearances"], other[-1].record["appearances"])
    versions: list[MergedVersion] = []
    for found in sorted(one + other, key=lambda v: v.order):
        if versions and versions[-1].content == found.content:
            _stood_longer(versions[-1], found)
            continue
        versions.append(MergedVersion(_copy(found.record), found.fingerprint, found.content))
    for n, each in enumerate(versions, 1):
        previous = versions[n - 2].fingerprint if n > 1 else None
        each.record["revision"] |= {"n": n, "previous_sha256": previous, "first_seen": first_seen}
    present = versions[-1].record
    present["revision"] |= last_check
    present["appearances"] = appearances
    return versions


def _copy(record: Record) -> Record:
    """Return a copy of a record whose `revision` can be changed without changing the original."""
    return record | {"revision": dict(record["revision"])}


def _stood_longer(earlier: MergedVersion, later: MergedVersion) -> None:
    """Extend the time of a version to that of an equal later one."""
    mine, theirs = earlier.record["revision"], later.record["revision"]
    mine["last_checked"] = max(mine["last_checked"] or "", theirs["last_checked"] or "") or None


def _appearances(one: list[Record], other: list[Record]) -> list[Record]:
    """Return all appearances, in the order of the record that has all of them, or by when they were first seen."""
    seen = [Appearance(**each) for each in one + other]
    seen.sort(key=lambda each: (each.first_seen or "9999", each.url, each.node or "~", each.section or "~"))
    found = [asdict(each) for each in merge_appearances([], seen)]
    found.sort(key=lambda each: (each["first_seen"] or "9999", each["url"]))
    complete = [known for known in (one, other) if sorted(known, key=_url) == sorted(found, key=_url)]
    return complete[0] if complete and complete[0] == complete[-1] else found


def _url(appearance: Record) -> str:
    """Return the URL of an appearance, as sort key."""
    return str(appearance["url"])
