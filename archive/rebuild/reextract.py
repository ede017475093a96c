"""Re-extract one version of an article from its capture with the present pipelines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlite_utils import Database

from archive import captures, record_hash, schema
from archive.captures import CaptureReader, Unreadable
from archive.rebuild.rebuild_report import SkippedVersion
from archive.schema import ARTICLE_FIELDS, JSON_FIELDS
from archive.upsert import damage, merge_appearances
from kepu.records import DRIFT, Account, Appearance, Article, Discovery, Page, Rights, Warc
from pipelines.build_article import article_from_page, normalize
from pipelines.refusals import Refused
from pipelines.segmentation.dumps.lexicon import Lexicon
from pipelines.validate import Unstorable, validate

KEPT = frozenset({"id", "duplicate_of", "cluster", "similarity", "revision", "rights"})
"""Fields that come from the archive, not from the page; a rebuild keeps them."""

MADE = tuple(name for name in ARTICLE_FIELDS if name not in KEPT)
"""Fields that come from the page."""


@dataclass(slots=True)
class StoredVersion:
    """A stored version; `values` maps the fields to what schema.VALUE_SQL gives of its row."""

    id: str
    """Id of the article."""
    n: int
    """Number of the version, from 1."""
    values: dict[str, Any]
    """Field → value as `schema.VALUE_SQL` gives it."""


@dataclass(slots=True)
class ReextractedVersion:
    """The values in which the re-extracted version differs, and its hash."""

    values: dict[str, Any] = field(default_factory=dict)
    """Field → new value as in `schema.VALUE_SQL`, only for fields that differ."""
    record_sha256: str = ""
    """Hash of the re-extracted record."""
    account: Account | None = None
    """The account of the characters of its pages."""


def remake(
    db: Database, reader: CaptureReader, stored: StoredVersion, lexicon: Callable[[], Lexicon]
) -> ReextractedVersion | SkippedVersion | None:
    """Re-extract a stored version; return None if it has no capture, or a SkippedVersion if the row must stay as it is.

    What does not come from the page is kept: appearances, the holder of the rights, how the page was found, and the
    place of its capture. `lexicon` is called when a dump has to be segmented.
    """
    provenance = orjson.loads(stored.values["provenance"])
    if provenance["warc"] is None:
        return None
    try:
        page = stored_page(db, reader, stored, provenance)
        article = validate(normalize(article_from_page(page, lexicon)))
    except (Refused, Unreadable, Unstorable) as error:
        code = getattr(error, "code", type(error).__name__.lower())
        return SkippedVersion(stored.id, stored.n, code, str(error) or code)
    except Exception as error:  # noqa: BLE001  a fault of ours in one page must not end the rebuild of all others
        return SkippedVersion(stored.id, stored.n, "extractor_failed", f"{type(error).__name__}: {error}")
    if article.id != stored.id:
        return SkippedVersion(stored.id, stored.n, "other_id", f"its page now says that it is {article.id}")
    if worse := worse_than(article, set(orjson.loads(stored.values["warnings"]))):
        return SkippedVersion(stored.id, stored.n, "worse", f"it would be worse: {', '.join(sorted(worse))}")
    remade = _compare(stored, article, provenance)
    remade.account = page.account
    return remade


def stored_page(
    db: Database, reader: CaptureReader, stored: StoredVersion, provenance: dict[str, Any]
) -> Page:
    """Return the page of a stored version with its parts, as the spider passed it to the pipelines.

    Raises Unreadable if a capture cannot be read.
    """
    found = captures.with_parts(db, provenance["warc"]["record_id"])
    if not found:
        raise Unreadable("its capture is not there")
    first, *others = found
    page = reader.page(first)
    page.parts = [reader.page(row) for row in others]
    page.url_requested = stored.values["url_requested"]
    page.path, page.run, page.fetched_at = provenance["path"], provenance["run"], provenance["fetched_at"]
    if (via := provenance["discovered_via"]) is not None:
        page.discovered_via = Discovery(**via)
    return page


def worse_than(article: Article, warnings: set[str]) -> set[str]:
    """Return the warnings of an article that show a loss and that the stored version does not have."""
    found = set(DRIFT) & set(article.warnings) - warnings
    if (harm := damage(article)) and harm not in warnings:
        found.add(harm)
    return found


def _compare(stored: StoredVersion, article: Article, provenance: dict[str, Any]) -> ReextractedVersion:
    """Return the values in which an article differs from its stored version."""
    values = stored.values
    known = [Appearance(**each) for each in orjson.loads(values["appearances"])]
    places = {each.url for each in known}
    article.appearances = merge_appearances(
        known, [each for each in article.appearances if not known or each.url in places]
    )
    article.url = values["url"] or article.url
    article.rights = Rights(**orjson.loads(values["rights"]))
    article.provenance.warc = Warc(**provenance["warc"])
    made = schema.values(article)
    differs = {name: made[name] for name in MADE if _differs(name, values[name], made[name])}
    return ReextractedVersion(differs, record_hash.of_article(article))


def _differs(name: str, stored: Any, made: Any) -> bool:
    """Return whether a column differs; JSON is compared by value, since another program may have written it."""
    if stored == made:
        return False
    if name in JSON_FIELDS and isinstance(stored, str) and isinstance(made, str):
        return bool(orjson.loads(stored) != orjson.loads(made))
    return True
