"""What an export turned out to be: filled in by the writer while the rows go by, read by what describes it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class File:
    """One file of the export that holds articles."""

    name: str
    """Its path within the folder, with `/`: `data/articles-2023-12.jsonl`, `data/train-2023-12.parquet`."""
    piece: str
    """Which part of the export it holds: `2023-12`, `2023`, `undated`, `00000-of-00002`; empty where it holds all."""
    split: str | None
    """The side of the split; None where there is none."""
    rows: int = 0
    bytes: int = 0
    sha256: str = ""
    """Of its bytes, hex."""


@dataclass(slots=True)
class ExportFacts:
    """All of an export that the plan alone does not tell."""

    query: str = ""
    """The plan as canonical JSON."""
    fields: tuple[str, ...] = ()
    """The names of the columns, in their order (archive/export/profiles.py has their types)."""
    files: list[File] = field(default_factory=list)
    """In the order of their names."""
    rows: int = 0
    bytes: int = 0
    """Of the files above, without what describes them."""
    undated: int = 0
    """Of the rows."""
    months: Counter[str] = field(default_factory=Counter)
    """Month of publication (`2023-12`) → rows, of those with a date."""
    missing: list[str] = field(default_factory=list)
    """Of the list of ids that was asked for: names of articles that the archive does not have."""
    changed: list[str] = field(default_factory=list)
    """Of that list: ids of articles whose text is another one here."""
    earliest: str | None = None
    """The first `date_published` of the rows, as the record has it."""
    latest: str | None = None
    """The last one."""
    checked: str | None = None
    """The latest `revision.last_checked` of the rows, in UTC: the archive's own word for how new this is."""
    tool_version: str = ""
    """Of kepu-archive."""
    schema_version: int = 0
    """Of the record (kepu/records/article.py)."""
    extractor_versions: Counter[str] = field(default_factory=Counter)
    """Version → rows; the empty string for those that name none."""
    normalizer_versions: Counter[str] = field(default_factory=Counter)
    """The same; a page in HTML has no normalizer and is not counted."""
    tokenizer: dict[str, Any] | None = None
    """What made the words (pipelines.segmentation.words.tokenizer_facts); None where there are none."""
    libraries: dict[str, str] = field(default_factory=dict)
    """What wrote the bytes, where another version of it may write others: {"pyarrow": "26.0.1"}."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Why articles that the filters take in are not there, and how many: same_text, near_duplicate, incomplete,
    taken_down, split (they would stand on two sides)."""
    left_out_of_split: list[str] = field(default_factory=list)
    """The ids of the last of these."""
    tombstones: list[str] = field(default_factory=list)
    """The ids of what was taken out of the archive for good, so that whoever has an older export can take it out."""
    mended: Counter[str] = field(default_factory=Counter)
    """What was changed in values so that the format can hold them, and in how many values: formula (a cell that a
    spreadsheet would compute got an apostrophe), control (control characters became U+FFFD), surrogate (lone
    surrogates and bytes that are no UTF-8 became U+FFFD)."""

    pictures: int = 0
    """Pictures that came along, each counted once."""
    withheld: Counter[str] = field(default_factory=Counter)
    """Of captures: what is not handed out, and how often: no_capture (articles), logged_in, no_page, unreadable
    (captures), local_path, and names of header fields (cookie, set_cookie, authorization …)."""

    def end(self, files: list[File]) -> None:
        """Take the files that hold the rows, when all of them are written."""
        self.files = sorted(files, key=lambda file: file.name)
        self.bytes = sum(file.bytes for file in files)

    def add(self, other: "ExportFacts") -> None:
        """Take the rows of another part of the same export, whose months are others."""
        self.rows += other.rows
        self.undated += other.undated
        self.months += other.months
        self.earliest = min(filter(None, (self.earliest, other.earliest)), default=None)
        self.latest = max(filter(None, (self.latest, other.latest)), default=None)
        self.checked = max(filter(None, (self.checked, other.checked)), default=None)
        self.extractor_versions += other.extractor_versions
        self.normalizer_versions += other.normalizer_versions
        self.left_out += other.left_out
        self.mended += other.mended
        self.withheld += other.withheld
        self.end(self.files + other.files)
