"""Whose the texts are: nothing that holds them is written unless somebody said that they know."""

from pathlib import Path

from archive.export.export_options import ExportOptions
from kepu.errors import ArchiveError
from kepu.messages import Text


class RightsNotAccepted(ArchiveError):
    """Nobody said that they know whose the texts are."""

    code = "usage"


NOTICE_LINE = Text(
    "these texts belong to 人民网 and the sources they name; this archive grants no rights in them. Keep them for "
    "private research and publish none of them without a licence (the whole notice: LICENSE-NOTICE.md in any export "
    "to a folder)."
)
"""The notice where there is no folder to put it into: on standard error, beside an export to standard output."""


def notice() -> str:
    """Return the notice on rights that every export carries, in English and Chinese."""
    return (Path(__file__).parent / "card" / "LICENSE-NOTICE.md").read_text("utf-8")


def require(plan: ExportOptions, *, accepted: bool) -> None:
    """Raise RightsNotAccepted where an export holds texts and nobody accepted that they belong to their publisher."""
    if plan.has_texts and not accepted:
        raise not_accepted()


def not_accepted() -> RightsNotAccepted:
    """Return the error that says how to accept."""
    return RightsNotAccepted(
        "this export holds texts that belong to their publisher: say --accept-rights (in Python, accept_rights=True), "
        "or --profile metadata."
    )
