"""Citations of an article: text by GB/T 7714—2015, BibTeX, RIS."""

import re
from typing import Any

from archive.web.web_links import safe_url
from kepu.beijing_time import beijing_day

NAMED = 3
"""Number of authors that GB/T 7714—2015 (8.1.2) lists before 等."""


def text(article: dict[str, Any]) -> str:
    """Return the citation by GB/T 7714—2015: of a newspaper article if the page names a newspaper, else of a web page.

    Example: `方敏, 刘峣. 题名[EB/OL]. 人民网, (2024-05-10)[2026-11-23]. http://…`. Unknown elements are left out.
    """
    names = _authors(article)
    people = ", ".join(names[:NAMED]) + (", 等" if len(names) > NAMED else "")
    title = _line(article["headline"]) or article["id"]
    if article["alternative_headline"]:
        title += f":{_line(article['alternative_headline'])}"
    day, seen = _day(article["date_published"]), _day(article["provenance"]["fetched_at"])
    paper = article["paper"]
    if paper:
        page = f"({paper['page']})" if paper["page"] else ""
        place = f"{_line(paper['name'])}, {paper['date'] or day or ''}{page}"
        carrier, dates = "N/OL", f"[{seen}]" if seen else ""
    else:
        place = _line(article["source"] and article["source"]["name"]) or _line(article["publisher"])
        carrier, dates = "EB/OL", (f"({day})" if day else "") + (f"[{seen}]" if seen else "")
    third = ", ".join(part for part in (place, dates) if part) if not paper else place + dates
    sentences = [people, f"{title}[{carrier}]", third, article["url"] or ""]
    return ". ".join(part for part in sentences if part) + "."


def bibtex(article: dict[str, Any]) -> str:
    """Return a BibTeX entry in UTF-8: a `@misc`, which every style supports, with fields of biblatex as well."""
    fields = {
        "author": " and ".join("{" + _tex(name) + "}" for name in _authors(article)),
        "title": "{" + _tex(_line(article["headline"])) + "}" if article["headline"] else "",
        "subtitle": _tex(_line(article["alternative_headline"])),
        "howpublished": _tex(_line(article["source"] and article["source"]["name"])),
        "year": (article["date_published"] or "")[:4],
        "date": _day(article["date_published"]) or "",
        "url": _in_braces(article["url"]),
        "urldate": _day(article["provenance"]["fetched_at"]) or "",
        "langid": "chinese",
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", article["id"]).strip("-")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{kepu-{key},", *lines, "}"]) + "\n"


def ris(article: dict[str, Any]) -> str:
    """Return a RIS record, NEWS for a newspaper article, else ELEC. Lines end in CR LF, as the format requires."""
    paper = article["paper"]
    published = _day(article["date_published"])
    where = paper["name"] if paper else (article["source"] and article["source"]["name"])
    tags = [
        ("TY", "NEWS" if paper else "ELEC"),
        *(("AU", name) for name in _authors(article)),
        ("TI", article["headline"]),
        ("ST", article["alternative_headline"]),
        ("T2", where),
        ("PY", published and published[:4]),
        ("DA", published and published.replace("-", "/")),
        ("SP", paper and paper["page"]),
        ("PB", article["publisher"]),
        *(("KW", word) for word in article["keywords"]),
        ("LA", "zh"),
        ("UR", article["url"]),
        ("Y2", (_day(article["provenance"]["fetched_at"]) or "").replace("-", "/")),
        ("ID", article["id"]),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in tags if _line(value)]
    return "\r\n".join([*lines, "ER  - "]) + "\r\n"


FORMS = {
    "txt": (text, "text/plain; charset=utf-8"),
    "bib": (bibtex, "application/x-bibtex; charset=utf-8"),
    "ris": (ris, "application/x-research-info-systems; charset=utf-8"),
}
"""File name extension → function that makes the citation, and its media type."""


def _authors(article: dict[str, Any]) -> list[str]:
    return [name for author in article["author"] if (name := _line(author["name"]))]


def _line(value: object) -> str:
    """Return a value as one line without control characters, since a line break would begin another field."""
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", str(value or "")).strip()


def _day(moment: str | None) -> str | None:
    return beijing_day(moment) or None


_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {letter: "\\" + letter for letter in "#$%&_"}


def _tex(value: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in value)


def _in_braces(url: str | None) -> str:
    """Return a URL with braces and line breaks percent-encoded."""
    return (safe_url(url) or "").replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
