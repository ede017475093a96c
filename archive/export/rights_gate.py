"""Refuse to export texts until the user has confirmed that they know who owns them."""

from pathlib import Path

from archive.export.export_options import ExportOptions
from kepu.errors import ArchiveError
from kepu.messages import Text


class RightsNotAccepted(ArchiveError):
    """An export contains texts, and the user has not confirmed that they know who owns them."""

    code = "usage"


NOTICE_LINE = Text(
    "these texts belong to 人民网 and the sources they name; this archive grants no rights in them. Keep them for "
    "private research and publish none of them without a licence (the whole notice: LICENSE-NOTICE.md in any export "
    "to a folder)."
)
"""The notice printed on standard error for an export to standard output, which has no folder for a file."""


def notice() -> str:
    """Return the rights notice that every export contains, in English and Chinese."""
    return (Path(__file__).parent / "card" / "LICENSE-NOTICE.md").read_text("utf-8")


def require(plan: ExportOptions, *, accepted: bool) -> None:
    """Raise RightsNotAccepted if an export contains texts and `accepted` is false."""
    if plan.has_texts and not accepted:
        raise not_accepted()


def not_accepted() -> RightsNotAccepted:
    """Return the error, whose message says how to confirm."""
    return RightsNotAccepted(
        "this export holds texts that belong to their publisher: say --accept-rights (in Python, accept_rights=True), "
        "or --profile metadata."
    )
