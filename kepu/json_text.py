"""Values as compact JSON text, as columns of the database hold them."""

from typing import Any

import orjson


def json_text(value: Any) -> str:
    """Return a value, dataclasses included, as JSON without white space; characters are not escaped."""
    return orjson.dumps(value).decode()
