"""Write the egg that tells scrapyd where the spiders are: `python deploy/scrapyd/egg.py kepu.egg`.

It holds no code. The project itself is installed in scrapyd's venv: an egg is a zip, in which neither the facts of the
channels nor the version could be read.
"""

import sys
import zipfile
from pathlib import Path

FILES = {
    "EGG-INFO/PKG-INFO": "Metadata-Version: 2.1\nName: kepu\nVersion: 1\n",
    "EGG-INFO/entry_points.txt": "[scrapy]\nsettings = crawler.settings\n",
    "EGG-INFO/top_level.txt": "\n",
}


def write(path: Path) -> None:
    """Write the egg to `path`."""
    with zipfile.ZipFile(path, "w") as egg:
        for name, text in FILES.items():
            egg.writestr(name, text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
