"""The outcome of a URL or a file that is not an article."""

from dataclasses import dataclass, field
from typing import Literal

from kepu.records.field_metadata import about
from kepu.records.page import Capture


@dataclass(slots=True)
class Visit:
    """Outcome of a requested URL or an imported file that is not, or not only, an article."""

    url: str = field(metadata=about("Canonical URL; for a file of unknown origin, its path."))
    state: Literal["fetched", "unchanged", "gone", "failed", "refused", "excluded"] = field(
        metadata=about(
            "Outcome of the request.",
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
    kind: str = field(default="article", metadata=about("`article`, or the kind of list or source."))
    article: str | None = field(default=None, metadata=about("Id of the article in the URL."))
    code: str | None = field(default=None, metadata=about("Reason, as a name that can be counted."))
    message: str | None = field(default=None, metadata=about("Reason, as a sentence."))
    again: bool = field(default=False, metadata=about("Whether a later request may succeed."))
    status: int | None = field(default=None, metadata=about("HTTP status."))
    etag: str | None = field(default=None, metadata=about("The ETag header."))
    last_modified: str | None = field(default=None, metadata=about("The Last-Modified header."))
    payload_sha256: str | None = field(default=None, metadata=about("SHA-256 of the bytes, in hexadecimal."))
    path: str | None = field(default=None, metadata=about("Path of the file that was read."))
    run: int | None = field(default=None, metadata=about("Number of the run."))
    captures: list[Capture] = field(
        default_factory=list, repr=False, metadata=about("The responses, as they were sent.")
    )
