"""Manual decisions about sections: pin, drop or add one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from archive import section_lists
from archive.readonly import reading
from archive.section_lists import DROPPED, PINNED
from archive.store import Store
from kepu import urls
from kepu.messages import Text


def decide(
    path: Path, *, pins: Sequence[str] = (), drops: Sequence[str] = (), adds: Sequence[str] = ()
) -> Iterator[str]:
    """Pin, drop and add sections of an archive by the URLs of their first pages; yield a line for each.

    Nothing is done until the lines are read. Raises ValueError for a URL that is not a section's or that is unknown
    (except for `adds`), and ArchiveError if the archive cannot be written; earlier decisions are then already stored.
    """
    with reading(path):
        pass  # decisions apply to an existing archive: none is created for them
    with Store(path) as archive:
        for url in adds:
            node = _node_of(url)
            with archive.remembering():
                section_lists.add(archive.db, url, node=node, title=None, now=archive.now(), state=PINNED)
                section_lists.change(archive.db, url, state=PINNED, reason=None, rest=0)
            yield Text("added and pinned: {url}", url=url)
        for url in pins:
            _set(archive, url, state=PINNED, reason=None, rest=0)
            yield Text("pinned: {url}", url=url)
        for url in drops:
            _set(archive, url, state=DROPPED, reason="by hand")
            yield Text("dropped: {url}", url=url)


def _set(archive: Store, url: str, **columns: object) -> None:
    with archive.remembering():
        if not section_lists.change(archive.db, url, **columns):
            raise ValueError(Text("{url}: no such section; `kepu sections` lists them", url=url))


def _node_of(url: str) -> str:
    """Return the node of a section by its URL. Raises ValueError if it is not the first page of a section."""
    parts = urls.canonical(url).split("/")
    is_section = urls.on_site(url) and len(parts) >= 6 and parts[3] == "GB" and parts[-1] == "index.html"
    if not is_section or not parts[-2].isdigit():
        raise ValueError(
            Text(
                "{url}: not the URL of a section's first page, such as "
                "http://kpzg.people.com.cn/GB/404390/index.html",
                url=url,
            )
        )
    return parts[-2]
