"""manifest.json: describes an export and has the digest of each of its files. Checks an export against it."""

import hashlib
from pathlib import Path
from typing import Any

import orjson

from archive.export.atomic_folder import SUMS
from archive.export.card.shared_descriptions import DATASET
from archive.export.export_options import ExportOptions
from archive.export.export_stats import ExportFacts
from archive.export.splits import Split
from kepu.messages import Text

NAME = "manifest.json"
"""Name of the file in the folder of the export."""

FORMAT = 1
"""Version of the manifest's own format."""

_OWN = "manifest_sha256"
"""The digest of the manifest with this field empty, which shows whether the manifest was changed."""


def facts_of(plan: ExportOptions, facts: ExportFacts) -> dict[str, Any]:
    """Return the manifest before the describing files (README, …) exist.

    `version` and `change` are empty, and `files` lists only data files.
    """
    return {
        "manifest": FORMAT,
        "name": DATASET,
        "version": "",
        "change": "",
        "creator": plan.credit.creators,
        "doi": plan.credit.doi,
        "tool": {"name": "kepu-archive", "version": facts.tool_version},
        "libraries": dict(sorted(facts.libraries.items())),
        "schema_version": facts.schema_version,
        "extractor_versions": dict(sorted(facts.extractor_versions.items())),
        "normalizer_versions": dict(sorted(facts.normalizer_versions.items())),
        "tokenizer": facts.tokenizer,
        "query": orjson.loads(facts.query or plan.query()),
        "fields": list(facts.fields),
        "articles": facts.rows,
        "months": dict(sorted(facts.months.items())),
        "undated": facts.undated,
        "missing": facts.missing,
        "changed": facts.changed,
        "earliest": facts.earliest,
        "latest": facts.latest,
        "checked": facts.checked,
        "left_out": dict(sorted(facts.left_out.items())),
        "mended": dict(sorted(facts.mended.items())),
        **({"withheld": dict(sorted(facts.withheld.items()))} if plan.kind.from_captures else {}),
        **({"pictures": facts.pictures} if plan.pictures else {}),
        "split": _split(plan.split, facts),
        "tombstones": sorted(facts.tombstones),
        "taken_down": facts.left_out["taken_down"],
        "files": [
            {"path": file.name, "bytes": file.bytes, "sha256": file.sha256, "rows": file.rows}
            for file in facts.files
        ],
    }


def _split(split: Split | None, facts: ExportFacts) -> dict[str, Any] | None:
    """Return how the articles were split: the shares, the number of articles per part, and the ids left out."""
    if split is None:
        return None
    rows = {name: sum(file.rows for file in facts.files if file.split == name) for name in split.names}
    return {"shares": str(split), "articles": rows, "left_out": sorted(facts.left_out_of_split)}


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a folder, which lists every other file that is in the folder now."""
    data = {file["path"]: file for file in manifest["files"]}
    other = [
        {"path": path, "bytes": (folder / path).stat().st_size, "sha256": digest(folder / path), "rows": None}
        for path in _files(folder)
        if path not in data and path != NAME
    ]
    whole = manifest | {"files": [*manifest["files"], *other], _OWN: ""}
    whole[_OWN] = hashlib.sha256(_bytes(whole)).hexdigest()
    (folder / NAME).write_bytes(_bytes(whole))


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, or None if it is missing or unreadable."""
    try:
        found = orjson.loads((folder / NAME).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    is_ours = isinstance(found, dict) and found.get("manifest") == FORMAT
    return found if is_ours and {"version", "files", "tombstones", "query", _OWN} <= found.keys() else None


def check(folder: Path) -> list[str]:
    """Return the problems of an export, one sentence each.

    Problems are files that are missing, changed or unknown, and a changed manifest or checksum list. An empty list
    means that the export is intact.
    """
    manifest = read(folder)
    if manifest is None:
        return [
            Text(
                "{path}: missing or unreadable manifest; export again with --force.",
                path=folder / NAME,
            )
        ]
    if not _is_as_written(folder / NAME, manifest):
        return [_wanting(folder / NAME, ALTERED)]  # If the manifest was changed, its digests prove nothing.
    problems: list[str] = []
    known = {str(file["path"]): file for file in manifest["files"]}
    for path, file in known.items():
        if why := _wrong(folder / path, file):
            problems.append(_wanting(folder / path, why))
    others = [path for path in _files(folder) if path not in known and path not in {NAME, SUMS}]
    problems += [
        Text("{path}: does not belong to this export; delete it.", path=folder / path) for path in others
    ]
    if not problems and not _sums_agree(folder, manifest):
        problems.append(_wanting(folder / SUMS, ALTERED))
    return problems


ALTERED = Text("was modified after the export")
"""The finding about a file whose SHA-256 differs from that in the manifest."""


def _wanting(path: Path, why: str) -> Text:
    return Text("{path}: {why}; export again with --force.", path=path, why=why)


def _sums_agree(folder: Path, manifest: dict[str, Any]) -> bool:
    """Return whether the list for `sha256sum --check` is the one that archive/export/atomic_folder.py writes."""
    digests = {file["path"]: file["sha256"] for file in manifest["files"]} | {NAME: digest(folder / NAME)}
    query = orjson.dumps(manifest["query"], option=orjson.OPT_SORT_KEYS).decode()
    lines = [f"# kepu export {query}\n", *(f"{digests[path]}  {path}\n" for path in sorted(digests))]
    return (folder / SUMS).is_file() and (folder / SUMS).read_bytes() == "".join(lines).encode()


def _wrong(path: Path, file: dict[str, Any]) -> str | None:
    """Return what is wrong with one file, or None."""
    if not path.is_file():
        return Text("is missing")
    if path.stat().st_size != file["bytes"]:
        return Text("has {n} bytes instead of {size}", n=path.stat().st_size, size=file["bytes"])
    if digest(path) != file["sha256"]:
        return Text("was modified after the export: its SHA-256 differs")
    return None


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_as_written(path: Path, manifest: dict[str, Any]) -> bool:
    """Return whether the manifest matches its own digest and has the bytes that `write` writes."""
    own = hashlib.sha256(_bytes(manifest | {_OWN: ""})).hexdigest()
    return own == manifest[_OWN] and path.read_bytes() == _bytes(manifest)


def _bytes(manifest: dict[str, Any]) -> bytes:
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _files(folder: Path) -> list[str]:
    """Return the relative paths of all files in and below a folder, with `/`, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
