"""One line on standard error that says what is wrong, for people or, with `--log-format json`, for programs."""

import logging

import click


def print_error(message: str, level: int = logging.ERROR) -> None:
    """Print a message as `kepu: …`, or as a line of this level of the JSON log if that is on."""
    from kepu import json_log  # orjson is not loaded for `kepu --version`

    if json_log.is_on():
        logging.getLogger("kepu").log(level, "%s", message)
    else:
        click.echo(f"kepu: {message}", err=True)
