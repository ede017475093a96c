"""Rebuild, near duplicates and exports over more captures than one machine holds: shards in, Parquet shards out.

What is done with a shard is what the rest of `archive` does with an archive: the same functions, over a slice of the
archive's own tables in memory (piece.py). Dask says on which process (engine.py); docs/scale.md has when that pays.
"""
