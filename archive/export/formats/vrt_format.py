"""Verticalised text (VRT) for CWB, CQPweb and NoSketch Engine: one token per line, with the white space before it.

Columns: word, pos, norm, gap. `gap` is the white space before the token within its line as code points (`0020`,
`3000.3000`), or `_` for none; that after the last token of a line is the attribute `tail` of `<p>`. Each line of the
text is a `<p>`; joined by newlines they equal the text (see vrt_reader).
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.export.background_writer import BackgroundWriter
from archive.export.formats import companion_tables
from archive.export.formats.format_base import ByteSink, Format, Rendered
from archive.export.formats.token_layout import authors, classes, lines
from archive.export.formats.vrt_reader import ATTRIBUTES, COLUMNS, codes, texts

if TYPE_CHECKING:
    from archive.export.export_options import ExportOptions

_ESCAPES = {ord(char): f"&{name};" for char, name in zip('&<>"', ("amp", "lt", "gt", "quot"), strict=True)}
_ESCAPES |= {code: f"&#{code};" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def escaped(text: str) -> str:
    """Return a text with `&<>"` and control characters escaped as in XML."""
    return text.translate(_ESCAPES)


def render(record: dict[str, Any]) -> str:
    """Return an article as a `<text>` element: its attributes, and its lines, sentences and tokens."""
    from pipelines.segmentation.text.parts_of_speech import norm

    about = companion_tables.row(record) | {"author": "|" + "".join(f"{name}|" for name in authors(record))}
    labels = classes(record)
    about |= {f"{kind}_label": label or "" for kind, label in labels.items()}
    about["id"] = about["text_id"]
    out = ["<text " + " ".join(f'{name}="{escaped(about[name])}"' for name in ATTRIBUTES) + ">\n"]
    for line in lines(record):
        out.append(f'<p tail="{codes(line.tail)}">\n')
        for sentence in line.sentences:
            out.append("<s>\n")
            out += (
                f"{escaped(each.text)}\t{each.tag}\t{escaped(norm(each.text))}\t{codes(each.gap)}\n"
                for each in sentence
            )
            out.append("</s>\n")
        out.append("</p>\n")
    out.append("</text>\n")
    return "".join(out)


def _writer(
    plan: "ExportOptions", sink: ByteSink, counter: Counter[str], behind: BackgroundWriter
) -> Rendered:
    return Rendered(render, sink, counter, behind)


def _beside(folder: Path, files: list[str]) -> None:
    """Write metadata.tsv, the registry file of CWB and the configuration of NoSketch Engine."""
    rows: list[dict[str, str]] = []
    known: set[tuple[str, str, str]] = set()
    for file in files:
        with (folder / file).open(encoding="utf-8", newline="\n") as read:
            for text in texts(read):
                about = text.attributes
                rows.append(about | {"text_id": about["id"], "author": about["author"].strip("|")})
                known |= {
                    (kind, about[kind], about[f"{kind}_label"] or "（无）") for kind in ("section", "source")
                }
    companion_tables.write(folder, rows, known)
    structures = "".join(f"STRUCTURE text_{name}\n" for name in ATTRIBUTES)
    attributes = "".join(f"ATTRIBUTE {name}\n" for name in COLUMNS)
    listed = " ".join(files) or "data/articles.vrt"
    flags = f"-P {' -P '.join(COLUMNS[1:])} -S text:0+{'+'.join(ATTRIBUTES)} -S p:0+tail -S s:0"
    sources = " ".join(f"-f {file}" for file in files) or "-f data/articles.vrt"
    (folder / "kepu.registry").write_text(
        "# cwb-encode writes this file itself:\n"
        f"#   cwb-encode -c utf8 -xsB -d DATA -R REGISTRY/kepu {sources} {flags} && cwb-make -r REGISTRY KEPU\n"
        f'NAME "kepu"\nID kepu\nHOME DATA\nINFO DATA/.info\n##:: charset = "utf8"\n##:: language = "zh"\n'
        f"{attributes}STRUCTURE text\n{structures}STRUCTURE p\nSTRUCTURE p_tail\nSTRUCTURE s\n",
        "utf-8",
        newline="\n",
    )
    (folder / "kepu.nosketch").write_text(
        f'NAME "kepu"\nPATH "manatee/kepu"\nVERTICAL "| cat {listed}"\nENCODING "utf-8"\n'
        'LANGUAGE "Chinese Simplified"\n'
        + attributes
        + "STRUCTURE text {\n"
        + "".join(
            f"  ATTRIBUTE {name}" + (' { MULTIVALUE y MULTISEP "|" }' if name == "author" else "") + "\n"
            for name in ATTRIBUTES
        )
        + "}\nSTRUCTURE p {\n  ATTRIBUTE tail\n}\nSTRUCTURE s\n",
        "utf-8",
        newline="\n",
    )


VRT = Format(
    name="vrt",
    sentence="verticalised text, for CWB, CQPweb and NoSketch Engine",
    suffix="vrt",
    media_type="text/plain",
    writer=_writer,
    is_table=False,
    needs_text=True,
    layers=("sentences", "words"),
    tags=True,
    beside=_beside,
)
"""The format `vrt` of `kepu export`."""
