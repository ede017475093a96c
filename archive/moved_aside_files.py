"""Files that are moved aside, never deleted: under a name that says why, which `kepu gc` lists."""

from pathlib import Path


def free_name(path: Path, why: str) -> Path:
    """Return a name beside a file that is free: `kepu.jsonl` and `before` give `kepu.jsonl.before-1`."""
    return next(
        name for n in range(1, 100_000) if not (name := path.with_name(f"{path.name}.{why}-{n}")).exists()
    )
