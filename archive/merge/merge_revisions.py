"""Which version of an article is the present one, and which were before it, when two archives know of it.

The answer depends on the versions alone, not on which archive they came from: they are put in the order in which
they were first fetched, those that lack parts or letters before all sound ones, and neighbours that say the same
are one version. So merging is the same from both sides, and twice is as good as once.
"""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from archive import record_hash
from archive.record_schema_versions import to_present
from archive.upsert import MANY_REPLACEMENTS, merge_appearances
from kepu.records import Appearance

Record = dict[str, Any]


@dataclass(slots=True)
class MergedVersion:
    """One version of an article."""

    record: Record
    fingerprint: str
    """Its hash, by the rules of the version of its record."""
    content: str
    """The same by today's rules: equal for two versions that say the same."""

    @property
    def order(self) -> tuple[bool, str, str, str]:
        """What decides its place: never the number of a run or the place of a capture, which merging changes."""
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
        replacements = self.record["provenance"]["decode_replacements"]
        return "incomplete" in self.record["warnings"] or replacements > MANY_REPLACEMENTS


_RENUMBERED = ("run", "warc")


def version(record: Record) -> MergedVersion:
    """Return a record as a version."""
    fingerprint, present = record_hash.of_record(record), to_present(record)
    return MergedVersion(
        record, fingerprint, fingerprint if present is record else record_hash.of_record(present)
    )


def joined(one: list[MergedVersion], other: list[MergedVersion]) -> list[MergedVersion]:
    """Return the versions of an article that two archives know, numbered anew, the present one last.

    The present one has the appearances of all, is checked when either was last checked, and has what that one found
    of the site's having it still.
    """
    latest = max(one[-1], other[-1], key=lambda v: (v.record["revision"]["last_checked"] or "", v.order))
    looked = {name: latest.record["revision"].get(name) for name in ("status", "last_checked", "last_seen")}
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
    present["revision"] |= looked
    present["appearances"] = appearances
    return versions


def _copy(record: Record) -> Record:
    return record | {"revision": dict(record["revision"])}


def _stood_longer(earlier: MergedVersion, later: MergedVersion) -> None:
    """The same version was seen again: it stood until the later time at least."""
    mine, its = earlier.record["revision"], later.record["revision"]
    mine["last_checked"] = max(mine["last_checked"] or "", its["last_checked"] or "") or None


def _appearances(one: list[Record], other: list[Record]) -> list[Record]:
    """Return all appearances: in the order that the one who knows all has them in, or by when they were first seen."""
    seen = [Appearance(**each) for each in one + other]
    seen.sort(key=lambda each: (each.first_seen or "9999", each.url, each.node or "~", each.section or "~"))
    found = [asdict(each) for each in merge_appearances([], seen)]
    found.sort(key=lambda each: (each["first_seen"] or "9999", each["url"]))
    complete = [known for known in (one, other) if sorted(known, key=_url) == sorted(found, key=_url)]
    return complete[0] if complete and complete[0] == complete[-1] else found


def _url(appearance: Record) -> str:
    return str(appearance["url"])
