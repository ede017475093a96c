"""Create a page case: `python -m tests.pipelines.chrome.new_case LAYOUT/SLUG FILE [--url URL] [--content-type TYPE]`.

It writes the folder `tests/pages/LAYOUT/SLUG/` with the bytes of the file, and prints the record that the program
extracts. A person must write the expected record: `output.json` has a placeholder, with which its test fails. If there
is no layout of that name, a module for it is created too.
"""

import argparse
import json
import shutil
from pathlib import Path

from pipelines.chrome import extract, layouts
from pipelines.chrome.layouts.layout_registry import registry
from pipelines.refusals import Refused
from tests.pipelines.chrome.cases import PAGES, Case, record

TO_WRITE = {"headline": "to be written by a person", "blocks": []}

MODULE = '''"""{name}: say which pages, of which years, and how it is known."""

from pipelines.chrome.layouts.layout_base import Layout

LAYOUT = Layout(
    name="{name}",
    years=({year}, None),
    evidence=("#to_be_written",),
    headline=("h1",),
    time=(".to_be_written",),
    source=(".to_be_written",),
    body=("#to_be_written",),
    editors=(".edit",),
    not_body=(".edit",),
)
'''


def begin(name: str, file: Path, url: str | None, content_type: str | None) -> Case:
    """Create and return a case. Raises FileExistsError if the folder exists."""
    folder = PAGES / name
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / "body.html")
    info = {"url": url, "content_type": content_type}
    for file_name, content in (("info.json", info), ("output.json", TO_WRITE)):
        (folder / file_name).write_text(
            json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return Case(folder)


def begin_layout(name: str, year: str) -> Path | None:
    """Create the module of a layout and return its path, or None if there is a layout of that name."""
    if name in {layout.name for layout in registry()} | {"generic", "refused", "drift", "encoding"}:
        return None
    path = Path(layouts.__path__[0]) / f"{name.lower()}.py"
    path.write_text(MODULE.format(name=name, year=year), encoding="utf-8")
    return path


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", metavar="LAYOUT/SLUG")
    parser.add_argument("file", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--content-type")
    given = parser.parse_args()
    case = begin(given.name, given.file, given.url, given.content_type)
    try:
        told = record(extract(case.page()))
        print(json.dumps(told, ensure_ascii=False, indent=1))
    except Refused as reason:
        told = {}
        print(f"refused: {reason.code}: {reason}")
    module = begin_layout(given.name.split("/")[0], (told.get("date_published") or "2026")[:4])
    print(f"\nwrite the truth into {case.folder}" + (f", and the selectors into {module}" if module else ""))


if __name__ == "__main__":
    main()
