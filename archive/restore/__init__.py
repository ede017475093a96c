"""Restore an archive from any of its three forms, or from whatever remains of them.

    from archive.restore import restore
    restore([Path("kepu.jsonl"), Path("kepu-captures")], Path("kepu.db"))

restore_sources.py recognises the kind of each source; restore_database.py copies a database or saves the readable rows
of a damaged one; restore_jsonl.py reads lines; restore_captures.py extracts articles, versions and URLs from WARC
files; join_versions.py joins what several sources know about one article; restore_archive.py runs all steps in order.
"""

from archive.restore.restore_archive import Restored, restore

__all__ = ["Restored", "restore"]
