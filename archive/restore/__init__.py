"""The way back: an archive made again from any of its three forms, or from all that is left of them.

    from archive.restore import restore
    restore([Path("kepu.jsonl"), Path("kepu-captures")], Path("kepu.db"))

restore_sources.py tells what each source is; restore_database.py copies a database or saves what can be read of a
damaged one; restore_jsonl.py reads lines; restore_captures.py makes articles, versions and URLs from WARC files;
join_versions.py joins what several sources know of one article; restore_archive.py does it all in order.
"""

from archive.restore.restore_archive import Restored, restore

__all__ = ["Restored", "restore"]
