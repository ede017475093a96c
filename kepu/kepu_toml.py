"""Read kepu.toml, the file with default values of command-line options, and write its template."""

import difflib
import errno
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kepu import setting_values, toml_lines
from kepu.errors import DiskFull, WrongSettings
from kepu.messages import language

SETTINGS_TABLE = "settings"
"""The table of Scrapy settings, which crawler/settings_sources.py reads and checks."""

FILE = Path("kepu.toml")
"""Path of the settings file, relative to the working directory of `kepu`."""

TEMPLATE: dict[str, str] = {}
"""Maps a language to the commented file that `kepu init` writes."""

TEMPLATE["en"] = """\
# Settings of kepu. Command-line options override the environment, which overrides this file.
# Lines that begin with "#" have no effect. Every option of every command can be set here, under the command's name.

# For all commands:
# db = "data/kepu.db"               # the archive; its JSONL and its captures are in the same folder

[crawl]
# contact = "you@example.org"       # sent to the site with each request, so that it can write to you
# budget = "700/day"                # or 500 (requests), 90m, 8h, 2d
# hours = "22-7"                    # Beijing time: send requests only at night
# alarm = "mail -s kepu you@example.org"   # run if somebody should look; the report is on its standard input

# [settings]                        # Scrapy's settings, and those of crawler/settings.py
# DOWNLOAD_DELAY = 5
# KEPU_PATIENCE = 600

# [batch.rebuild]                   # a subcommand
# workers = 4
"""

TEMPLATE["zh"] = """\
# kepu 的设置。命令行选项优先于环境变量，环境变量优先于本文件。
# 以“#”开头的行不起作用。每个命令的每个选项都可以写在这里，放在该命令的名称之下。

# 适用于所有命令：
# db = "data/kepu.db"               # 存档；其 JSONL 和原始抓取在同一文件夹中

[crawl]
# contact = "you@example.org"       # 随每次请求告知网站的联系方式
# budget = "700/day"                # 或 500（次请求）、90m、8h、2d
# hours = "22-7"                    # 北京时间：只在夜间请求
# alarm = "mail -s kepu you@example.org"   # 需要有人查看时执行；其标准输入为运行报告

# [settings]                        # Scrapy 的设置，以及 crawler/settings.py 中的设置
# DOWNLOAD_DELAY = 5
# KEPU_PATIENCE = 600

# [batch.rebuild]                   # 某个命令下的子命令
# workers = 4
"""


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a kepu.toml and its tables; both are empty if there is no file.

    A folder that the user may not enter counts as one without the file: `sudo -u kepu` keeps the folder of the caller.
    Raises WrongSettings for a file that cannot be read or is not TOML.
    """
    if not os.path.exists(path):  # noqa: PTH110  path.exists() raises PermissionError in such a folder
        return "", {}
    try:
        text = path.read_text("utf-8-sig")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSettings(
            "{path}: {error}; correct it, or write a new file with `kepu init`.", path=path, error=error
        ) from error


def defaults(
    path: Path | None, commands: list[str], command: Callable[[str], click.Command | None]
) -> dict[str, Any]:
    """Return the defaults of the options of each command, in the form of click's `default_map`.

    `path` is the settings file (None: FILE). `commands` has the names of all commands, and `command` returns the
    command of a name. Raises WrongSettings for a file that is not TOML, a table that is not a command, or a key that is
    not an option.
    """
    path = path or FILE
    text, tables = read(path)
    file = _File(path, text)
    common = {name: value for name, value in tables.items() if not isinstance(value, dict)}
    if unknown := next((name for name in common if name != "db"), None):
        raise WrongSettings(
            "{path}: `{unknown}` is under no command; put it into the table of one, such as [crawl].",
            path=file.at(unknown, ""),
            unknown=unknown,
        )
    for name in tables:
        if name not in common and name not in commands and name != SETTINGS_TABLE:
            near = difflib.get_close_matches(name, commands, n=1)
            hint = f"; did you mean [{near[0]}]?" if near else "; see `kepu --help`."
            raise WrongSettings(
                "{path}: [{name}] is not a command{hint}", path=file.at(name), name=name, hint=hint
            )
    return _Defaults(file, {n: t for n, t in tables.items() if isinstance(t, dict)}, common, command)


@dataclass(frozen=True, slots=True)
class _File:
    """A settings file, for error messages with line numbers."""

    path: Path
    text: str

    def at(self, key: str, table: str | None = None) -> str:
        """Return the file's path, with the line of a key if it is found."""
        line = toml_lines.line_of(self.text, key, table=table)
        return f"{self.path}:{line}" if line else str(self.path)


class _Defaults(dict[str, Any]):
    """The tables of the file, as click's `default_map`.

    A table is checked only when its command is called, because that needs an import of the command.
    """

    def __init__(
        self,
        file: _File,
        tables: dict[str, dict[str, Any]],
        common: dict[str, Any],
        command: Callable[[str], click.Command | None],
        above: str = "",
    ) -> None:
        super().__init__(tables)
        self._file, self._common, self._command, self._above = file, common, command, above

    def get(self, name: str, default: Any = None) -> Any:
        """Return the defaults of a command's parameters. Raises WrongSettings for a key that is not an option."""
        found = self._command(name)
        if found is None:
            return default
        if isinstance(found, click.Group):
            return self._below(name, found)
        table = f"{self._above}{name}".replace(" ", ".")
        written = super().get(name, {})
        options = {
            option.removeprefix("--").replace("-", "_"): param
            for param in found.params
            if isinstance(param, click.Option)
            for option in param.opts
        }
        given = {key: value for key, value in self._common.items() if key in options}
        for key, value in written.items():
            param = options.get(key.replace("-", "_"))
            if param is None:
                raise self._unknown(key, table, options)
            self._check(key, value, param, table)
            given[key.replace("-", "_")] = value
        return {
            options[key].name: [value] if options[key].multiple and isinstance(value, str) else value
            for key, value in given.items()
        }

    def _unknown(self, key: str, table: str, options: dict[str, click.Option]) -> WrongSettings:
        near = difflib.get_close_matches(key.replace("-", "_"), options, n=1)
        command = table.replace(".", " ")
        hint = f"; did you mean `{near[0]}`?" if near else f"; see `kepu {command} --help`."
        return WrongSettings(
            "{path}: [{name}] has no option `{key}`{hint}",
            path=self._file.at(key, table),
            name=table,
            key=key,
            hint=hint,
        )

    def _check(self, key: str, value: Any, param: click.Option, table: str) -> None:
        """Raise WrongSettings if the option does not accept the value."""
        try:
            setting_values.check(value, param)
        except ValueError as error:
            raise WrongSettings(
                "{path}: `{key}` of [{name}]: {why}; write {example}",
                path=self._file.at(key, table),
                key=key,
                name=table,
                why=error.args[0],
                example=f"{key} = {setting_values.example(param)}",
            ) from error

    def _below(self, name: str, group: click.Group) -> "_Defaults":
        """Return the defaults of the subcommands of a command."""
        tables = super().get(name, {})
        for key, value in tables.items():
            if key not in group.commands or not isinstance(value, dict):
                table = f"{name}.{key}"
                at = self._file.at(table) if isinstance(value, dict) else self._file.at(key, name)
                hint = f"; see `kepu {name} --help`."
                raise WrongSettings("{path}: [{name}] is not a command{hint}", path=at, name=table, hint=hint)
        return _Defaults(self._file, tables, self._common, group.commands.get, f"{name} ")


def write(path: Path) -> None:
    """Write a commented settings file, in the user's language.

    Raises WrongSettings if it exists already or cannot be written, and DiskFull.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE[language()])
    except FileExistsError as error:
        raise WrongSettings("{path} already exists; nothing was changed.", path=path) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            path.unlink(missing_ok=True)
            raise DiskFull("{path}: the disk is full; free some room and run again.", path=path) from error
        raise WrongSettings(
            "{path}: {strerror}; choose a folder you may write to.", path=path, strerror=error.strerror
        ) from error
