"""Crawl many channels on many machines: channels are assigned to shards, each a crawl with its own archive.

`shard_plan.py` assigns them. Machines coordinate by `shared_folder.py` and `lease.py`. `shard_round.py` crawls one
shard for a limited time, `dask_rounds.py` distributes such rounds to workers, and `shard_status.py` reports their
progress.
"""
