"""Facts about an export, which the writer collects and the descriptions use."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class File:
    """One file of the export with articles."""

    name: str
    """Its path within the folder, with `/`: `data/articles-2023-12.jsonl`, `data/train-2023-12.parquet`."""
    piece: str
    """The part of the export in it: `2023-12`, `2023`, `undated`, `00000-of-00002`; empty if it has everything."""
    split: str | None
    """The part of the split, or None without a split."""
    rows: int = 0
    """Number of articles."""
    bytes: int = 0
    """Size of the file."""
    sha256: str = ""
    """SHA-256 of its bytes, in hex."""


@dataclass(slots=True)
class ExportFacts:
    """The facts about an export that do not follow from its options alone."""

    query: str = ""
    """The options as canonical JSON; empty for an export of shards."""
    fields: tuple[str, ...] = ()
    """The names of the columns, in order (archive/export/profile_fields.py has their types)."""
    files: list[File] = field(default_factory=list)
    """The files, sorted by name."""
    rows: int = 0
    """Number of articles in them."""
    bytes: int = 0
    """Size of these files, without the describing files."""
    undated: int = 0
    """Number of rows without a date."""
    months: Counter[str] = field(default_factory=Counter)
    """Maps each month of publication (`2023-12`) to its number of rows."""
    missing: list[str] = field(default_factory=list)
    """Names in the requested list of ids that the archive does not have."""
    changed: list[str] = field(default_factory=list)
    """Ids in that list of articles with another text in this archive."""
    earliest: str | None = None
    """The first `date_published` of the rows."""
    latest: str | None = None
    """The last `date_published` of the rows."""
    checked: str | None = None
    """The latest `revision.last_checked` of the rows, in UTC, which shows how recent the archive is."""
    tool_version: str = ""
    """Version of kepu-archive."""
    schema_version: int = 0
    """Version of the record's schema (kepu/records/article.py)."""
    extractor_versions: Counter[str] = field(default_factory=Counter)
    """Maps each version of the extractor to its number of rows. Rows without a version are counted under the key ""."""
    normalizer_versions: Counter[str] = field(default_factory=Counter)
    """The same for the normalizer; HTML pages have none and are not counted."""
    tokenizer: dict[str, Any] | None = None
    """The tokenizer of the words (pipelines.segmentation.words.tokenizer_facts), or None without words."""
    libraries: dict[str, str] = field(default_factory=dict)
    """Libraries whose version can change the bytes: {"pyarrow": "26.0.1"}."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Reason → number of selected articles left out: same_text, near_duplicate, incomplete, taken_down, split.

    `split` counts articles whose founders are in different parts (see splits.py).
    """
    left_out_of_split: list[str] = field(default_factory=list)
    """Ids of the articles left out because of the split."""
    tombstones: list[str] = field(default_factory=list)
    """Ids of forgotten articles, so that owners of an older export can delete them."""
    mended: Counter[str] = field(default_factory=Counter)
    """Kind → number of values changed to fit the format.

    Kinds: formula (a cell that a spreadsheet would evaluate got an apostrophe), control (control characters became
    U+FFFD), surrogate (lone surrogates and bytes that are not UTF-8 became U+FFFD).
    """

    pictures: int = 0
    """Number of distinct pictures included."""
    withheld: Counter[str] = field(default_factory=Counter)
    """Reason → number of captures, or parts of them, that are not exported.

    Reasons: no_capture (of articles), logged_in, no_page, unreadable, local_path, and names of header fields (cookie,
    set_cookie, authorization …).
    """

    def end(self, files: list[File]) -> None:
        """Set the files with the rows when all of them are written."""
        self.files = sorted(files, key=lambda file: file.name)
        self.bytes = sum(file.bytes for file in files)

    def add(self, other: "ExportFacts") -> None:
        """Add the facts about another part of the same export, with other months."""
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
