"""The records that all layers share: `Page` (a fetched page), `Article` (an archived article) and `Visit`.

They are plain dataclasses without dependencies. Unknown values are None or an empty list, not an empty string or
today's date.
"""

from kepu.records.article import (
    SCHEMA_VERSION,
    Appearance,
    Article,
    Author,
    Block,
    Contributor,
    Editor,
    Image,
    Link,
    LostLetter,
    Mark,
    Normalizer,
    Paper,
    Part,
    Provenance,
    Revision,
    Rights,
    Source,
)
from kepu.records.imported import ImportedItem
from kepu.records.letter_account import Account
from kepu.records.page import Capture, Discovery, Page, Warc
from kepu.records.visit import Visit
from kepu.records.warnings import DRIFT, WARNINGS

__all__ = [
    "DRIFT",
    "SCHEMA_VERSION",
    "WARNINGS",
    "Account",
    "Appearance",
    "Article",
    "Author",
    "Block",
    "Capture",
    "Contributor",
    "Discovery",
    "Editor",
    "Image",
    "ImportedItem",
    "Link",
    "LostLetter",
    "Mark",
    "Normalizer",
    "Page",
    "Paper",
    "Part",
    "Provenance",
    "Revision",
    "Rights",
    "Source",
    "Visit",
    "Warc",
]
