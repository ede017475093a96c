"""What came of a URL that gave no article."""

from dataclasses import dataclass, field
from typing import Literal

from kepu.records.field_metadata import about
from kepu.records.page import Capture


@dataclass(slots=True)
class Visit:
    """What came of asking for one URL, or reading one file, where it is not (only) an article."""

    url: str = field(metadata=about("Canonical; of a file of unknown origin its path."))
    state: Literal["fetched", "unchanged", "gone", "failed", "refused", "excluded"] = field(
        metadata=about(
            "What became of it.",
            values=(
                "fetched",
                "unchanged",
                "gone",
                "failed",
                "refused",
                "excluded",
            ),
        )
    )
    at: str = field(metadata=about("When, ISO 8601 in UTC."))
    kind: str = field(default="article", metadata=about("article, or the kind of list."))
    article: str | None = field(default=None, metadata=about("The id of the article that the URL names."))
    code: str | None = field(default=None, metadata=about("Why, as a counter's name."))
    message: str | None = field(default=None, metadata=about("Why, as a sentence."))
    again: bool = field(default=False, metadata=about("Whether asking again later may help."))
    status: int | None = field(default=None, metadata=about("The HTTP status."))
    etag: str | None = field(default=None, metadata=about("The ETag header."))
    last_modified: str | None = field(default=None, metadata=about("The Last-Modified header."))
    payload_sha256: str | None = field(default=None, metadata=about("Of the bytes, hex."))
    path: str | None = field(default=None, metadata=about("The file that was read."))
    run: int | None = field(default=None, metadata=about("The number of the run."))
    captures: list[Capture] = field(
        default_factory=list, repr=False, metadata=about("The answers that it speaks of, as they were sent.")
    )
