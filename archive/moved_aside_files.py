"""Names for files that are moved aside instead of deleted: the name has the reason, and `kepu gc` lists them."""

from itertools import count
from pathlib import Path


def free_name(path: Path, why: str) -> Path:
    """Return an unused name beside a file: `kepu.jsonl` and `before` give `kepu.jsonl.before-1`."""
    names = (path.with_name(f"{path.name}.{why}-{n}") for n in count(1))
    return next(name for name in names if not (name.exists() or name.is_symlink()))
