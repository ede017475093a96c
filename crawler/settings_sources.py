"""Scrapy settings that come from outside the code: kepu.toml and the environment.

Order of precedence, highest first: `-s NAME=value` on the command line, the environment, kepu.toml, and
crawler/settings.py.
"""

import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings, default_settings

from kepu import kepu_toml
from kepu.errors import WrongSettings
from kepu.kepu_toml import FILE, SETTINGS_TABLE
from kepu.messages import Text

NUMBERS = (
    "KEPU_ALARM_DAYS",
    "KEPU_ALARM_SHARE",
    "KEPU_DELAY_SCALE",
    "KEPU_LOOK_SHARE",
    "KEPU_PATIENCE",
    "KEPU_ROBOTS_HOURS",
    "KEPU_WARC_BYTES",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_TIMEOUT",
)
"""Settings that must be numbers of at least 0."""


def given(ours: Iterable[str], environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the settings in kepu.toml and the environment, by name; the environment takes precedence.

    `ours` are the names that crawler/settings.py defines; Scrapy's own settings are accepted too. In kepu.toml,
    settings are the keys of the table `[settings]`; in addition, `db` sets KEPU_DB, and `contact` in `[crawl]` sets
    KEPU_CONTACT. The environment variable of a setting is `KEPU_NAME`, or `NAME` if the name begins with `KEPU_`.
    Raises WrongSettings for a file that is not TOML, and for an unknown key of `[settings]`.
    """
    known = {*ours, *(name for name in dir(default_settings) if name.isupper())}
    found = _of_file(Path(environment.get("KEPU_CONFIG") or FILE), known)
    for name in known:
        variable = name if name.startswith("KEPU_") else f"KEPU_{name}"
        if variable in environment:
            found[name] = environment[variable]
    return found


def _of_file(path: Path, known: Iterable[str]) -> dict[str, Any]:
    _, tables = kepu_toml.read(path)
    settings = dict(tables.get(SETTINGS_TABLE, {}))
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = Text("; did you mean {name}?", name=near[0]) if near else ""
            raise WrongSettings(
                "{path}: [settings] has no setting {name}{hint}", path=path, name=name, hint=hint
            )
    contact = tables.get("crawl", {}).get("contact")
    common = {"KEPU_DB": tables.get("db"), "KEPU_CONTACT": contact}
    return {name: value for name, value in common.items() if value is not None} | settings


def check(settings: BaseSettings, ours: Collection[str]) -> None:
    """Raise ValueError, with one line that says what to write, for an invalid setting.

    Invalid are a name that begins with `KEPU_` and is not in `ours` (the names that crawler/settings.py defines), and a
    value of one of NUMBERS that is not a number of at least 0.
    """
    for name in settings:
        if isinstance(name, str) and name.startswith("KEPU_") and name not in ours:
            near = difflib.get_close_matches(name, ours, n=1)
            hint = Text("; did you mean {name}?", name=near[0]) if near else ""
            raise ValueError(Text("unknown setting {name}{hint}", name=name, hint=hint))
    for name in NUMBERS:
        try:
            if settings.getfloat(name) >= 0:
                continue
        except (TypeError, ValueError):
            pass
        raise ValueError(
            Text(
                "invalid setting {name}={value}; write a number, at least 0", name=name, value=settings[name]
            )
        )
