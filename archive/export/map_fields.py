"""Fields of a record that map names to numbers: in exports they have every name, so that a column has one type."""

import typing

from kepu.records.article import Normalizer


def _names() -> tuple[str, ...]:
    """Return the names of the certificates, as the record's type lists them."""
    literal, *_ = typing.get_args(typing.get_type_hints(Normalizer)["certificate"])
    return tuple(typing.get_args(literal))


NAMES: dict[str, tuple[str, ...]] = {"certified": _names()}
"""Field → all names that it can hold."""


def with_all_names(provenance: str) -> str:
    """Return the SQL expression of `provenance` in which the maps have every name, null where there is no number."""
    at = "$.normalizer.certified"
    pairs = ", ".join(f"'{name}', provenance ->> '{at}.{name}'" for name in NAMES["certified"])
    whole = f"json_set({provenance}, '{at}', json_object({pairs}))"
    return f"iif(provenance ->> '$.normalizer' IS NULL, {provenance}, {whole})"
