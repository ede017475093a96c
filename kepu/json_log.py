"""Log lines as JSON, one object per line: `kepu crawl --log-format json`."""

import logging
import sys
from datetime import UTC, datetime

import orjson


class JsonFormatter(logging.Formatter):
    """Formats time (UTC), level, logger and message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def install(level: int = logging.INFO) -> None:
    """Send the log records of this level and above to standard error as JSON.

    The level is set on the handler, because Scrapy sets the root logger to pass everything on to its handlers.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("asyncio", "twisted"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def is_on() -> bool:
    """Return whether log lines are printed as JSON."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)
