"""Extract the records of saved pages without an archive, for `kepu extract`, scripts and bug reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kepu.records import Account, Article, Page, Visit
from pipelines.build_article import article_from_page, each_page, normalize, refusal
from pipelines.local_files import read
from pipelines.refusals import Refused
from pipelines.validate import Unstorable, validate


@dataclass(slots=True)
class ExtractedRecord:
    """The result for one page: its article, or the reason why there is none."""

    where: str
    """Path of the file, or `-` for bytes."""
    article: Article | None = None
    """The article; None if there is none."""
    refused: str | None = None
    """The reason why no article was found; None if one was found."""
    account: Account | None = None
    """The account of the characters of its pages; None if no article was found."""


def records(
    source: str | bytes, *, url: str | None = None, content_type: str | None = None
) -> Iterator[ExtractedRecord]:
    """Yield the results for `source`: the path of a file or of a folder of pages and dumps, or the bytes of a page.

    `url` and `content_type` are those of the page, if known. Pages that cannot be read or have no article yield a
    result with `refused`.
    """
    if isinstance(source, bytes):
        for page in each_page(Page(source, url, url, content_type=content_type)):
            yield _record("-", page)
        return
    for item in read(Path(source), url=url):
        if isinstance(item, Visit):
            yield ExtractedRecord(item.url, refused=item.message)
        else:
            item.content_type = content_type
            yield _record(item.path or source, item)


def _record(where: str, page: Page) -> ExtractedRecord:
    try:
        article = validate(normalize(article_from_page(page)))
        return ExtractedRecord(where, article, account=page.account)
    except Refused as reason:
        return ExtractedRecord(where, refused=refusal(page, reason).message)
    except Unstorable as reason:
        return ExtractedRecord(where, refused=str(reason))
