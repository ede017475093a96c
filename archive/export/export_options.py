"""The options of an export: its format, profile, texts, filters and split."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

import orjson

from archive.export.formats.format_base import Format
from archive.export.formats.format_registry import FORMATS
from archive.export.pieces import BY_DATE, FILES, Files
from archive.export.splits import Split, parse
from archive.filters import Selection
from kepu.errors import ArchiveError

Profile = Literal["metadata", "text", "full", "news2016zh"]
"""Which fields an export has."""
Layer = Literal["exact", "canonical", "sentences", "words"]
"""Which texts and offsets an export has."""

PROFILES: tuple[Profile, ...] = get_args(Profile)
"""The sets of fields of an export: archive/export/profile_fields.py."""
LAYERS: tuple[Layer, ...] = get_args(Layer)
"""The layers of the text: as on the page, in the canonical form, and the offsets of its sentences and words."""


class BadExportOptions(ArchiveError):
    """The options contradict each other."""

    code = "usage"


def default_profile(name: str) -> Profile:
    """Return the default profile of the format `name`: `metadata`, which may be published, or `text`."""
    return next(profile for profile in PROFILES if profile == FORMATS[name].default_profile)


def profiles_of(name: str) -> tuple[Profile, ...]:
    """Return the profiles that the format `name` supports."""
    return ("text", "full") if FORMATS[name].needs_text else PROFILES


@dataclass(frozen=True, slots=True)
class Credit:
    """Statements of the person who makes an export. Raises BadExportOptions for a DOI or a version in another form."""

    creator: str | None = None
    """The compilers, persons or organisations, separated by `;`."""
    doi: str | None = None
    """The DOI that a repository reserved for the export: `10.5281/zenodo.1234567`."""
    version: str | None = None
    """Version to use instead of the one that follows from the previous export."""

    def __post_init__(self) -> None:
        if self.doi is not None and not re.fullmatch(r"10\.\d{4,9}/\S+", self.doi):
            raise BadExportOptions(
                "--doi {doi}: write it as 10.5281/zenodo.1234567, without https.", doi=self.doi
            )
        if self.version is not None and not re.fullmatch(r"\d+\.\d+\.\d+", self.version):
            raise BadExportOptions("--version {version}: write it as 1.2.0.", version=self.version)

    @property
    def creators(self) -> list[str]:
        """The names of the compilers."""
        return [name.strip() for name in (self.creator or "").split(";") if name.strip()]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """All options of an export. The same archive and the same options give the same bytes.

    Raises BadExportOptions if an option is unknown, or if two contradict each other.
    """

    format: str = "jsonl"
    """The name of one of `FORMATS`."""
    profile: Profile = "text"
    """The set of fields: archive/export/profile_fields.py."""
    texts: tuple[Layer, ...] = ("exact",)
    """The layers of the text: exact, canonical, and offsets of sentences and words in the exact one."""
    selection: Selection = field(default_factory=Selection)
    """The selection of articles."""
    split: Split | None = None
    """Shares of the stories by part, or None without a split."""
    files: Files = "size"
    """How the articles are split into files: by size, by month, by year, or not at all."""
    credit: Credit = field(default_factory=Credit)
    """Compilers, DOI and version. They are not part of the query, since an update may have another version."""
    bom: bool = False
    """Whether CSV begins with a byte order mark, which some spreadsheets need to recognise UTF-8."""

    pictures: bool = False
    """Whether to include the stored pictures of the articles. The profile `metadata` never includes them."""

    def __post_init__(self) -> None:
        if self.pictures and self.profile in {"metadata", "news2016zh"}:
            raise BadExportOptions("--pictures are the works of others: choose --profile text or full.")
        if self.format not in FORMATS:
            raise BadExportOptions(
                "no format {name}; there are {known}.", name=self.format, known=", ".join(FORMATS)
            )
        if self.profile not in profiles_of(self.format):
            raise BadExportOptions(
                "--format {format} holds the texts: choose --profile text or full.", format=self.format
            )
        if self.profile == "metadata" and self.texts != ("exact",):
            raise BadExportOptions(
                "--profile metadata has no text, and so no --text: choose --profile text or full."
            )
        if self.profile == "news2016zh" and set(self.texts) - {"exact", "canonical"}:
            raise BadExportOptions(
                "--profile news2016zh has the fields of that corpus: --text exact or canonical."
            )
        if self.profile == "news2016zh" and len(self.texts) > 1:
            raise BadExportOptions("--profile news2016zh has one text: --text exact or --text canonical.")
        if self.files not in FILES:
            raise BadExportOptions(
                "--files {files}: write one of {known}.", files=self.files, known=", ".join(FILES)
            )
        if self.bom and self.format != "csv":
            raise BadExportOptions("--bom is for --format csv alone.")

    def check_update(self) -> None:
        """Raise BadExportOptions if an update with these options could not leave finished files unchanged."""
        if self.files not in BY_DATE:
            raise BadExportOptions(
                "--update needs --files month or --files year, whose closed files stay as they are; with --files "
                "{files} new articles change other files too: replace the export by --force.",
                files=self.files,
            )

    @property
    def kind(self) -> Format:
        """The format."""
        return FORMATS[self.format]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the text in the rows: the requested ones and those that the format needs."""
        wanted = {*self.texts, *self.kind.layers}
        return tuple(layer for layer in LAYERS if layer in wanted)

    @property
    def has_texts(self) -> bool:
        """Whether the export has the publisher's texts, so that it must not be published."""
        return self.profile != "metadata"

    def query(self) -> str:
        """Return the options as canonical JSON: sorted keys, no white space. Equal texts mean equal exports."""
        options = {
            "format": self.format,
            "profile": self.profile,
            "texts": self.texts if self.has_texts else (),
            "selection": self.selection.described(),
            "split": None if self.split is None else str(self.split),
            "files": self.files,
            "bom": self.bom,
        } | ({"pictures": True} if self.pictures else {})
        return orjson.dumps(options, option=orjson.OPT_SORT_KEYS).decode()


def plan_of(
    format_: str,
    selection: Selection,
    *,
    profile: Profile | None = None,
    texts: Iterable[Layer] = (),
    files: Files = "size",
    split: str | None = None,
    bom: bool = False,
    pictures: bool = False,
    credit: Credit | None = None,
) -> ExportOptions:
    """Return validated options. Raises BadExportOptions or BadSplit."""
    if format_ not in FORMATS:
        raise BadExportOptions("no format {name}; there are {known}.", name=format_, known=", ".join(FORMATS))
    wanted = set(texts)
    return ExportOptions(
        format=format_,
        profile=profile or default_profile(format_),
        texts=tuple(layer for layer in LAYERS if layer in wanted) or ("exact",),
        selection=selection,
        split=parse(split) if split else None,
        files=files,
        credit=credit or Credit(),
        bom=bom,
        pictures=pictures,
    )
