"""Re-extract, find near duplicates and export for more captures than one machine stores: shards in, Parquet out.

A shard is processed by the same functions as an archive, on its tables in memory (in_memory_archive.py). executors.py
runs the shards in this process, in several processes of this machine, or on Dask; docs/scale.md says when that is worth
it.
"""
