#!/usr/bin/env python
"""Exit with 0 if the last run that a report tells of went well and is not too old; print one line either way.

KEPU_REPORT names the report of `kepu crawl --report` (/data/report.json), KEPU_HEALTHY_HOURS its greatest age (26).
"""

import json
import os
import sys
import time
from pathlib import Path

from kepu.exit_status import NO_FAULT


def judge(report: Path, hours: float) -> tuple[bool, str]:
    """Return whether the last run was well, and a line that says why."""
    try:
        facts = json.loads(report.read_text(encoding="utf-8"))
        age = (time.time() - report.stat().st_mtime) / 3600
    except (OSError, ValueError) as error:
        return False, f"{report}: no report of a run can be read: {error}"
    if facts.get("status") not in NO_FAULT:
        return False, f"the last run ended with status {facts.get('status')}: {facts.get('message')}"
    if age > hours:
        return False, f"the last run ended {age:.0f} hours ago"
    return True, f"the last run ended {age:.1f} hours ago with status {facts['status']}"


if __name__ == "__main__":
    is_well, why = judge(
        Path(os.environ.get("KEPU_REPORT", "/data/report.json")),
        float(os.environ.get("KEPU_HEALTHY_HOURS", "26")),
    )
    print(why)
    sys.exit(0 if is_well else 1)
