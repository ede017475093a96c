"""Compact JSON text, as columns of the database store it."""

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """Return a value, dataclasses included, as JSON without white space; characters are not escaped."""
    return orjson.dumps(value).decode()
