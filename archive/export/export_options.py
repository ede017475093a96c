"""What an export is to be: its format, its profile, its texts, its filters, its split."""

from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

import orjson

from archive.export.splits import Split
from archive.filters import Selection
from kepu.errors import ArchiveError

Format = Literal["jsonl", "jsonl.zst", "csv", "parquet", "hf"]
Profile = Literal["metadata", "text", "full", "news2016zh"]
Layer = Literal["exact", "canonical", "sentences", "words"]

FORMATS: tuple[Format, ...] = get_args(Format)
PROFILES: tuple[Profile, ...] = get_args(Profile)
LAYERS: tuple[Layer, ...] = get_args(Layer)

STREAMED = frozenset({"jsonl", "jsonl.zst", "csv"})
"""The formats that can go to standard output: they need no seeking, and are read from the front."""


class BadPlan(ArchiveError):
    """Options that do not go together."""

    code = "usage"


def default_profile(format: Format) -> Profile:  # noqa: A002  the field's own name for it
    """Return `metadata`, which may be published, where the format is for publishing, else `text`."""
    return "metadata" if format == "hf" else "text"


@dataclass(frozen=True, slots=True)
class Plan:
    """All options of an export. The same archive and the same plan give the same bytes."""

    format: Format = "jsonl"
    """jsonl, jsonl.zst, csv, parquet, or hf: a folder for `datasets.load_dataset`."""
    profile: Profile = "text"
    """Which fields: archive/export/profiles.py."""
    texts: tuple[Layer, ...] = ("exact",)
    """The layers of the text: exact, canonical, and offsets of sentences and words into the exact one."""
    selection: Selection = field(default_factory=Selection)
    """Which articles."""
    split: Split | None = None
    """Shares of the stories, by side; None for none."""
    bom: bool = False
    """Of CSV: whether a byte order mark stands at the beginning, for spreadsheets that read no UTF-8 without one."""

    def __post_init__(self) -> None:
        if self.profile == "metadata" and self.texts != ("exact",):
            raise BadPlan("--profile metadata has no text, and so no --text: choose --profile text or full.")
        if self.profile == "news2016zh" and set(self.texts) - {"exact", "canonical"}:
            raise BadPlan("--profile news2016zh has the fields of that corpus: --text exact or canonical.")
        if self.profile == "news2016zh" and len(self.texts) > 1:
            raise BadPlan("--profile news2016zh has one text: --text exact or --text canonical.")
        if self.bom and self.format != "csv":
            raise BadPlan("--bom is for --format csv alone.")

    @property
    def has_texts(self) -> bool:
        """Whether the export holds the publisher's texts, and so is not to be published."""
        return self.profile != "metadata"

    def query(self) -> str:
        """Return all of it as canonical JSON: sorted keys, no white space. The same text, the same export."""
        said = {
            "format": self.format,
            "profile": self.profile,
            "texts": self.texts if self.has_texts else (),
            "selection": asdict(self.selection),
            "split": None if self.split is None else str(self.split),
            "bom": self.bom,
        }
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
