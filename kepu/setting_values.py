"""Is a value of kepu.toml one that its option takes? If not, what is allowed, and an example."""

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
"""By the name of a click type: the TOML values that it takes, beside strings."""

WORDS = {"boolean": "true", "integer": "10", "integer range": "10", "float": "0.5", "float range": "0.5"}
"""An example for each."""

IN_WORDS = {
    "boolean": Text("true or false"),
    "integer": Text("a whole number"),
    "integer range": Text("a whole number"),
    "float": Text("a number"),
    "float range": Text("a number"),
    "text": Text("a text"),
}
"""The names of click's types, for a person."""

EXAMPLES = {
    "budget": '"700/day"',
    "hours": '"22-7"',
    "contact": '"you@example.org"',
    "sources": '"home,search"',
    "since": '"2024-01"',
    "until": '"2024-12"',
    "channel": '"kpzg"',
}
"""Examples for options whose type says little, by name."""


def check(value: Any, param: click.Option) -> None:
    """Raise ValueError, with what is allowed, for a value that an option does not take."""
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
        raise ValueError(
            Text("{value!r} is not what it takes ({kind})", value=value, kind=_kind(param, kind))
        )
    if kind == "boolean":
        return
    try:
        param.type.convert(value, param, None)
    except click.BadParameter as error:
        why = error.message.rstrip(".")
        if kind in KINDS and isinstance(value, str):
            why = Text("{value!r} is not what it takes ({kind})", value=value, kind=_kind(param, kind))
        raise ValueError(why) from error


def _kind(param: click.Option, kind: str) -> str:
    """Return what an option takes, in words: its choices, or the name of its type."""
    if isinstance(param.type, click.Choice):
        return ", ".join(str(one) for one in param.type.choices)
    return str(IN_WORDS.get(kind, kind))


def example(param: click.Option) -> str:
    """Return an example of a value, as TOML writes it."""
    name = param.name or ""
    kind = "boolean" if param.is_flag or param.count else param.type.name
    if isinstance(param.type, click.Choice):
        found = f'"{next(iter(param.type.choices))}"'
    else:
        found = EXAMPLES.get(name) or WORDS.get(kind) or '"…"'
    return f"[{found}]" if param.multiple else found
