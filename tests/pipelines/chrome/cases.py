"""Page cases: folders `tests/pages/<layout>/<slug>/` with the bytes of a page and its expected record or refusal.

body.html     the bytes of the page; body-2.html … are further parts
info.json     what the crawler knows: url, url_requested, path, status, content_type, fetched_at, parts
output.json   the expected fields of the record; or
error.json    the code of the expected refusal
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kepu.records import Article, Page

PAGES = Path(__file__).resolve().parents[2] / "pages"

PROVENANCE = ("layout", "charset_declared", "charset_used", "decode_replacements")
"""Fields of the provenance that are at the top level of an output.json."""


@dataclass(frozen=True)
class Case:
    """A page case in a folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.relative_to(PAGES).as_posix()

    @property
    def output(self) -> dict[str, Any] | None:
        path = self.folder / "output.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    @property
    def error(self) -> str | None:
        path = self.folder / "error.json"
        return json.loads(path.read_text(encoding="utf-8"))["code"] if path.exists() else None

    def page(self) -> Page:
        """Return the page as the crawler would pass it on."""
        info = json.loads((self.folder / "info.json").read_text(encoding="utf-8"))
        further = info.pop("parts", [])
        page = Page(
            body=(self.folder / "body.html").read_bytes(), **{"url_requested": info.get("url"), **info}
        )
        page.parts = [
            Page(body=(self.folder / part["file"]).read_bytes(), url=part["url"]) for part in further
        ]
        return page


def all_cases() -> list[Case]:
    return [Case(path.parent) for path in sorted(PAGES.glob("*/*/info.json"))]


def record(article: Article) -> dict[str, Any]:
    """Return an article as plain data, without fields of blocks that are None or empty."""
    plain = dataclasses.asdict(article)
    plain["blocks"] = [{k: v for k, v in block.items() if v not in (None, [])} for block in plain["blocks"]]
    return {**plain, **{name: plain["provenance"][name] for name in PROVENANCE}}
