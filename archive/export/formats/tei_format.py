"""TEI P5: a corpus of articles whose headers have source, rights and revision; valid against tei_all.

`<p>` is a line of the text, `<s>` a sentence, `<w>` and `<pc>` are its tokens. The text contents of the `<p>` elements,
joined by newlines, equal the text; a character that XML does not allow is `<?char 0007?>`.
"""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.export.background_writer import BackgroundWriter
from archive.export.formats.format_base import ByteSink, Format, Rendered
from archive.export.formats.token_layout import authors, lines, safe_id
from kepu.errors import ArchiveError

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\r"): "&#13;"}
CHECKED = 50
"""Number of articles per file that are validated. One template makes all of them."""

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader><fileDesc>
<titleStmt><title>人民网科普中国</title></titleStmt>
<publicationStmt><distributor>kepu-archive</distributor><availability status="restricted"><p>The texts belong to their
publishers: each article's header says to whom.</p></availability></publicationStmt>
<sourceDesc><p>Articles of people.com.cn.</p></sourceDesc>
</fileDesc>
<encodingDesc><projectDesc><p>Sentences and tokens were found by rule and by rjieba's dictionary; @pos has its
tags, @norm the form that is counted where it is another.</p></projectDesc></encodingDesc></teiHeader>
"""
_END = "</teiCorpus>\n"


class NotValid(ArchiveError):
    """TEI that the schema rejects, which is an error of this program."""


def text_of(value: str) -> str:
    """Return a text escaped for the content of an element."""
    return _ILLEGAL.sub(lambda found: f"<?char {ord(found[0]):04x}?>", value.translate(_ESCAPES))


def attribute(value: str) -> str:
    """Return a text escaped for an attribute, without the characters that XML does not allow."""
    return _ILLEGAL.sub("\ufffd", " ".join(value.split())).translate(_ESCAPES)


def render(record: dict[str, Any]) -> str:
    """Return an article as a `<TEI>` element."""
    body = "\n".join(_paragraph(line) for line in lines(record))
    return f'<TEI xml:id="{safe_id(record["id"])}">\n{_header(record)}<text><body>\n{body}\n</body></text></TEI>\n'


def _header(record: dict[str, Any]) -> str:
    title = f"<title>{text_of(record.get('headline') or record['id'])}</title>"
    people = "".join(f"<author>{text_of(name)}</author>" for name in authors(record))
    rights, source = record.get("rights") or {}, record.get("source") or {}
    licence = f"<licence>{text_of(rights['license'])}</licence>" if rights.get("license") else ""
    holder = f"<p>{text_of('© ' + rights['copyright_holder'])}</p>" if rights.get("copyright_holder") else ""
    url = record.get("url")
    date = _date(record.get("date_published"))
    return (
        f"<teiHeader><fileDesc>\n<titleStmt>{title}{people}</titleStmt>\n"
        f"<publicationStmt><publisher>{text_of(record.get('publisher') or '人民网')}</publisher>{date}"
        f'<idno type="kepu">{text_of(record["id"])}</idno>'
        f'<availability status="restricted">{licence or holder or "<p>All rights reserved.</p>"}</availability>'
        f"</publicationStmt>\n<sourceDesc><bibl>{title}"
        + (f"<publisher>{text_of(source['name'])}</publisher>" if source.get("name") else "")
        + date
        + (f'<idno type="URL">{text_of(url)}</idno>' if url else "")
        + f"</bibl></sourceDesc>\n</fileDesc>{_revision(record)}</teiHeader>\n"
    )


def _date(day: str | None) -> str:
    return (
        f'<date when="{attribute(day)}">{text_of(day)}</date>'
        if day and re.fullmatch(r"\d{4}-\d\d-\d\d", day)
        else ""
    )


def _revision(record: dict[str, Any]) -> str:
    """Return the `<revisionDesc>` with what is known: the number of the version (profile full) and the digest."""
    revision, digest = record.get("revision") or {}, record.get("content_sha256")
    number = f' n="{revision["n"]}"' if revision.get("n") else ""
    changed = revision.get("last_changed")
    when = f' when="{attribute(changed)}"' if changed else ""
    note = f"Content SHA-256 {digest}" if digest else "As archived"
    return f"<revisionDesc><change{number}{when}>{note}</change></revisionDesc>"


def _paragraph(line: Any) -> str:
    from pipelines.segmentation.text.parts_of_speech import norm

    out = []
    for sentence in line.sentences:
        out.append(text_of(sentence[0].gap) + "<s>")
        for n, token in enumerate(sentence):
            normal = norm(token.text)
            more = f' norm="{attribute(normal)}"' if normal != token.text else ""
            name = "w" if any(map(str.isalnum, token.text)) else "pc"
            gap = text_of(token.gap) if n else ""
            out.append(f'{gap}<{name} pos="{token.tag}"{more}>{text_of(token.text)}</{name}>')
        out.append("</s>")
    return f"<p>{''.join(out)}{text_of(line.tail)}</p>"


def _writer(
    plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
) -> Rendered:
    return Rendered(render, sink, counter, behind, begin=_HEADER, end=_END)


def _beside(folder: Path, files: list[str]) -> None:
    """Validate the beginning of each file. Raises NotValid."""
    from pipelines.tei.validate_tei import tei_errors

    for file in files:
        with (folder / file).open(encoding="utf-8", newline="\n") as read:
            head: list[str] = []
            articles = 0
            for line in read:
                head.append(line)
                articles += line.endswith("</TEI>\n")
                if articles == CHECKED:
                    break
        document = "".join(head) + (_END if head and head[-1] != _END else "")
        for error in tei_errors(document.encode())[:1]:
            raise NotValid("{file} is not valid TEI: {error}. Please report it.", file=file, error=error)


TEI = Format(
    name="tei",
    sentence="TEI P5, validated, with a header for each article",
    suffix="xml",
    media_type="application/tei+xml",
    writer=_writer,
    is_table=False,
    needs_text=True,
    layers=("sentences", "words"),
    tags=True,
    beside=_beside,
)
"""The format `tei`."""
