"""Re-extract, find near duplicates and export over more captures than one machine holds: shards in, Parquet out.

A shard goes through the same functions as an archive: each works on a slice of the archive's tables in memory
(in_memory_archive.py). executors.py runs the shards in this process, in processes of this machine, or on Dask;
docs/scale.md says when that pays.
"""
