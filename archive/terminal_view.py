"""Text of `kepu show`: an article, its revisions and its captures, formatted for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click import style
from sqlite_utils import Database

from archive import captures
from archive.captures import CaptureRow
from archive.diff import LinePair as Line
from archive.diff import LinePart, changed_fields, differences
from archive.revisions import Version, versions
from kepu.errors import NotFound
from kepu.messages import right, say


@dataclass(frozen=True, slots=True)
class TerminalStyle:
    """Whether output is coloured."""

    colour: bool = False
    """Whether text is coloured."""

    def of(self, text: str, **how: Any) -> str:
        """Return a text in these styles (arguments of click.style), or unchanged if output is not coloured."""
        return style(text, **how) if self.colour else text


def head_and_text(record: dict[str, Any], terminal: TerminalStyle) -> Iterator[str]:
    """Yield the lines that show an article: its titles, metadata and blocks."""
    titles = [record[name] for name in ("kicker", "headline", "alternative_headline") if record[name]]
    yield from (terminal.of(title, bold=title == record["headline"]) for title in titles)
    for name, value in _facts(record).items():
        if value:
            yield f"{terminal.of(right(name, 9), dim=True)}  {value}"
    for block in record["blocks"]:
        yield ""
        yield from _block(block, terminal)


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    revision, source, paper = record["revision"], record["source"], record["paper"]
    edition = [paper["name"], paper["date"], paper["page"]] if paper else []
    n = say("{n} of {n}, since {since}", n=revision["n"], since=revision["last_changed"])
    return {
        say("id"): record["id"],
        "url": record["url"],
        say("published"): record["datetime_published"]
        or record["date_published"]
        or record["date_published_raw"],
        say("byline"): record["byline"],
        say("source"): source and source["name"],
        say("paper"): " ".join(part for part in edition if part),
        say("section"): record["article_section"],
        say("editors"): "、".join(editor["name"] for editor in record["editor"]),
        say("version"): n if revision["n"] > 1 else None,
        say("archived"): revision["first_seen"],
        say("checked"): revision["last_checked"],
        say("status"): standing(revision),
        say("copy of"): record["duplicate_of"],
        say("cluster"): record["cluster"] if record["cluster"] != record["id"] else None,
        say("warnings"): ", ".join(record["warnings"]),
    }


def standing(revision: dict[str, Any]) -> str | None:
    """Return a note about an article that the site no longer has, or None if it has it."""
    if revision["status"] == "live":
        return None
    word = say("gone from the site") if revision["status"] == "gone" else say("taken down")
    if not revision.get("last_seen"):
        return word
    seen, checked = revision["last_seen"], revision["last_checked"]
    return say(
        "{word}: last seen {seen}, not there any more {checked}", word=word, seen=seen, checked=checked
    )


def _block(block: dict[str, Any], terminal: TerminalStyle) -> Iterator[str]:
    if block["type"] == "figure":
        caption_and_credit = " ".join(part for part in (block["caption"], block["credit_text"]) if part)
        yield terminal.of(f"[{block['content_url'] or 'picture'}] {caption_and_credit}".rstrip(), dim=True)
    elif block["type"] == "heading":
        yield terminal.of(block["text"], bold=True)
    else:
        yield block["text"]


def revisions(db: Database, id_: str, terminal: TerminalStyle) -> Iterator[str]:
    """Yield one line per revision: the time during which the site had it, and the changed fields."""
    before: Version | None = None
    for version in versions(db, id_):
        until = say("replaced {when}", when=version.until) if version.until else say("stands")
        status = standing(version.record["revision"]) if version.until is None else None
        names = [] if before is None else changed_names(before.record, version.record)
        what = f"  ({', '.join(names)})" if names else ""
        times = say("since {since}, last seen {seen}", since=version.since, seen=version.seen)
        yield f"{terminal.of(str(version.n).rjust(3), bold=True)}  {times}, {status or until}{what}"
        before = version


def changed_names(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the names of the visible fields that differ between two records, the text among them."""
    names = [field.name for field in changed_fields(old, new)]
    return names + ["text"] * (old["text"] != new["text"])


def diff(db: Database, id_: str, old: int | None, new: int | None, terminal: TerminalStyle) -> Iterator[str]:
    """Yield the differences between two revisions: by default the last two, or the given one and the next.

    Raises NotFound if there is no such revision.
    """
    first, second = two_versions(db, id_, old, new)
    if first.n == second.n:
        yield say("{id} has one version, since {since}", id=id_, since=first.since)
        return
    for mark, version, colour in (("---", first, "red"), ("+++", second, "green")):
        values = {"id": id_, "n": version.n, "since": version.since, "seen": version.seen}
        line = say("{id} version {n}, since {since}, last seen {seen}", **values)
        yield terminal.of(f"{mark} {line}", fg=colour)
    yield from record_diff(first.record, second.record, terminal)


def two_versions(db: Database, id_: str, old: int | None, new: int | None) -> tuple[Version, Version]:
    """Return the two revisions to compare: by default the last two, or the given one and the next.

    Raises NotFound if there is no such revision.
    """
    there = {version.n: version for version in versions(db, id_)}
    last = max(there)
    first = max(last - 1, min(there)) if old is None else old
    second = min(first + 1, last) if new is None else new
    for n in (first, second):
        if n not in there:
            raise NotFound(
                "{id} has no version {n}: it has {known}.", id=id_, n=n, known=", ".join(map(str, there))
            )
    return there[first], there[second]


def diff_as_json(db: Database, id_: str, old: int | None, new: int | None) -> dict[str, Any]:
    """Return the differences between two revisions as plain data: fields with their values, and lines of text.

    The revisions are chosen as by `two_versions`, which raises NotFound.
    """
    first, second = two_versions(db, id_, old, new)
    rows = differences(first.record["text"] or "", second.record["text"] or "")
    return {
        "id": id_,
        "old": _version_as_json(first),
        "new": _version_as_json(second),
        "fields": [
            {"name": field.name, "old": first.record.get(field.name), "new": second.record.get(field.name)}
            for field in changed_fields(first.record, second.record)
        ],
        "text": [
            {"kind": row.kind, "old": _joined(row.old), "new": _joined(row.new)}
            for row in rows
            if row.kind != "same"
        ],
    }


def revisions_as_json(db: Database, id_: str) -> list[dict[str, Any]]:
    """Return the revisions of an article as plain data: times, and the names of the fields that changed in each."""
    found: list[dict[str, Any]] = []
    before: Version | None = None
    for version in versions(db, id_):
        names: list[str] = [] if before is None else changed_names(before.record, version.record)
        status = version.record["revision"]["status"]
        found.append(_version_as_json(version) | {"status": status, "changed": names})
        before = version
    return found


def _version_as_json(version: Version) -> dict[str, Any]:
    return {"n": version.n, "since": version.since, "last_seen": version.seen, "until": version.until}


def _joined(parts: list[LinePart]) -> str | None:
    return "".join(part.text for part in parts) if parts else None


def record_diff(old: dict[str, Any], new: dict[str, Any], terminal: TerminalStyle) -> Iterator[str]:
    """Yield the differences between two records: first the fields, then the lines of the text."""
    for field in changed_fields(old, new):
        yield terminal.of(f"@ {field.name}", fg="cyan")
        yield from _line(field.row, terminal)
    rows = differences(old["text"] or "", new["text"] or "")
    if any(row.kind != "same" for row in rows):
        yield terminal.of("@ text", fg="cyan")
        same = 0
        for row in rows:
            if row.kind == "same":
                same += 1
                continue
            if same:
                yield terminal.of(say("  … {n} lines", n=same), dim=True)
                same = 0
            yield from _line(row, terminal)


def _line(row: Line, terminal: TerminalStyle) -> Iterator[str]:
    if row.old:
        yield terminal.of("- ", fg="red") + _parts(row.old, "red", terminal)
    if row.new:
        yield terminal.of("+ ", fg="green") + _parts(row.new, "green", terminal)


def _parts(parts: list[LinePart], colour: str, terminal: TerminalStyle) -> str:
    return "".join(
        terminal.of(part.text, fg=colour, reverse=part.changed and len(parts) > 1) for part in parts
    )


def capture(db: Database, record: dict[str, Any]) -> list[CaptureRow]:
    """Return the captures that a record was extracted from, its parts in order. Raises NotFound if none was stored."""
    warc = record["provenance"]["warc"]
    found = captures.with_parts(db, warc["record_id"]) if warc else []
    if not found:
        raise NotFound(
            "{id} has no capture: it came into the archive before captures were kept, or from elsewhere.",
            id=record["id"],
        )
    return found


def capture_lines(database: Path, rows: list[CaptureRow], terminal: TerminalStyle) -> Iterator[str]:
    """Yield lines with the location and the digests of captures."""
    folder = captures.folder_for(database)
    for row in rows:
        yield terminal.of(row.url, bold=True)
        facts = {
            say("file"): say(
                "{file}, {length} bytes at {offset}",
                file=folder / row.file,
                length=row.length,
                offset=row.offset,
            ),
            say("record"): f"{row.record_id} ({row.type})",
            say("refers to"): row.refers_to,
            say("captured"): row.at,
            say("digest"): row.digest and f"sha256:{row.digest}",
            say("of body"): row.payload_sha256 and f"sha256:{row.payload_sha256}",
        }
        yield from (
            f"{terminal.of(right(name, 9), dim=True)}  {value}" for name, value in facts.items() if value
        )
