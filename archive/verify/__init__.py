"""Is the archive whole, and does everything that is derived from it agree with it?

    from archive.verify import verify
    findings = verify(Path("kepu.db"))

verify_archive.py checks in order; each check_….py looks at one kind of thing and only reads; repair_archive.py writes.
"""

from archive.verify.findings import Findings
from archive.verify.verify_archive import verify

__all__ = ["Findings", "verify"]
