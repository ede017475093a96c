"""Check whether an archive is intact and all derived data agrees with it.

    from archive.verify import verify
    findings = verify(Path("kepu.db"))

verify_archive.py runs the checks in order; each check_….py checks one kind of data and only reads; repair_archive.py
writes.
"""

from archive.verify.findings import Findings
from archive.verify.verify_archive import verify

__all__ = ["Findings", "verify"]
