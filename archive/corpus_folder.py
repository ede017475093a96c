"""Location of an archive's corpus: beside the archive, or in the temporary folder if its folder is not writable."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path


def corpus_folder(path: Path) -> Path:
    """Return the folder of the corpus of the archive at `path`."""
    return path.with_suffix(".corpus") if os.access(path.parent, os.W_OK) else _elsewhere(path)


def drop_corpus(path: Path) -> None:
    """Delete the corpus, which contains words of the texts; the next word count builds it again."""
    for folder in (path.with_suffix(".corpus"), _elsewhere(path)):
        shutil.rmtree(folder, ignore_errors=True)


def _elsewhere(path: Path) -> Path:
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"kepu-{digest}.corpus"
