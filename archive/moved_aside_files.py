"""Names for files that are moved aside instead of deleted: the name has the reason, and `kepu gc` lists them."""

from pathlib import Path


def free_name(path: Path, why: str) -> Path:
    """Return an unused name beside a file: `kepu.jsonl` and `before` give `kepu.jsonl.before-1`."""
    return next(
        name for n in range(1, 100_000) if not (name := path.with_name(f"{path.name}.{why}-{n}")).exists()
    )
