"""Check a value of kepu.toml against the option that it sets, and give an example of a valid value."""

from typing import Any

import click

from kepu.messages import Text

KINDS: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "integer range": (int,),
    "float": (int, float),
    "float range": (int, float),
}
"""Map the name of a click type to the Python types of its TOML values, besides strings."""

WORDS = {"boolean": "true", "integer": "10", "integer range": "10", "float": "0.5", "float range": "0.5"}
"""Map the name of a click type to an example of a value."""

IN_WORDS = {
    "boolean": Text("true or false"),
    "integer": Text("a whole number"),
    "integer range": Text("a whole number"),
    "float": Text("a number"),
    "float range": Text("a number"),
    "text": Text("a text"),
}
"""Map the name of a click type to a description for people."""

EXAMPLES = {
    "budget": '"700/day"',
    "hours": '"22-7"',
    "contact": '"you@example.org"',
    "sources": '"home,search"',
    "since": '"2024-01"',
    "until": '"2024-12"',
    "channel": '"kpzg"',
}
"""Map the name of an option whose type says little to an example of a value."""


def check(value: Any, param: click.Option) -> None:
    """Raise ValueError, which says what is allowed, if an option does not accept a value."""
    kind = "boolean" if param.is_flag or param.count else param.type.name
    if isinstance(value, list):
        if not param.multiple:
            raise ValueError(Text("it takes one value, not a list"))
        for one in value:
            _check_one(one, kind, param)
    else:
        _check_one(value, kind, param)


def _check_one(value: Any, kind: str, param: click.Option) -> None:
    wanted = KINDS.get(kind, (str, int, float))
    is_flag_value = isinstance(value, bool) and bool not in wanted
    if (
        is_flag_value
        or not isinstance(value, (*wanted, str))
        or (kind == "boolean" and isinstance(value, str))
    ):
        raise ValueError(Text("{value!r} is not accepted ({kind})", value=value, kind=_kind(param, kind)))
    if kind == "boolean":
        return
    try:
        param.type.convert(value, param, None)
    except click.BadParameter as error:
        why = error.message.rstrip(".")
        if kind in KINDS and isinstance(value, str):
            why = Text("{value!r} is not accepted ({kind})", value=value, kind=_kind(param, kind))
        raise ValueError(why) from error


def _kind(param: click.Option, kind: str) -> str:
    """Return the values that an option accepts, in words: its choices, or a description of its type."""
    if isinstance(param.type, click.Choice):
        return ", ".join(str(one) for one in param.type.choices)
    return str(IN_WORDS.get(kind, kind))


def example(param: click.Option) -> str:
    """Return an example of a valid value of an option, in TOML."""
    name = param.name or ""
    kind = "boolean" if param.is_flag or param.count else param.type.name
    if isinstance(param.type, click.Choice):
        found = f'"{next(iter(param.type.choices))}"'
    else:
        found = EXAMPLES.get(name) or WORDS.get(kind) or '"…"'
    return f"[{found}]" if param.multiple else found
