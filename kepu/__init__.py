"""kepu-archive: a crawler and archive of 人民网科普中国, the science channel of People's Daily Online.

    from kepu import Archive, Article

Both are loaded when they are first used (PEP 562), so that importing a module below this one loads nothing else.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kepu.api import Archive as Archive
    from kepu.records import Article as Article

    __version__: str

__all__ = ["Archive", "Article", "__version__"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name == "Archive":
        from kepu.api import Archive

        return Archive
    if name == "Article":
        from kepu.records import Article

        return Article
    if name == "__version__":
        from importlib.metadata import version

        return version("kepu-archive")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
