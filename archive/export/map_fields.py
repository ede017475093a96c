"""Record fields that map names to numbers: exports give them every name, so that the column has one type."""

import typing

from kepu.records.article import Normalizer


def _names() -> tuple[str, ...]:
    """Return the names of the certificates, as the record's type lists them."""
    literal, *_ = typing.get_args(typing.get_type_hints(Normalizer)["certificate"])
    return tuple(typing.get_args(literal))


NAMES: dict[str, tuple[str, ...]] = {"certified": _names()}
"""Maps each such field to all its possible names."""


def with_all_names(provenance: str) -> str:
    """Return an SQL expression of `provenance` whose maps have every name, with null for missing numbers."""
    at = "$.normalizer.certified"
    pairs = ", ".join(f"'{name}', provenance ->> '{at}.{name}'" for name in NAMES["certified"])
    whole = f"json_set({provenance}, '{at}', json_object({pairs}))"
    return f"iif(provenance ->> '$.normalizer' IS NULL, {provenance}, {whole})"
