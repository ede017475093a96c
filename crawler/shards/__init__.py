"""Many machines: channels are dealt out to shards, and each shard is an ordinary crawl with an archive of its own.

`shard_plan.py` deals them out. `shared_folder.py` and `lease.py` are what machines share; `shard_round.py` crawls one
shard for a while; `dask_rounds.py` hands rounds out by Dask; `shard_status.py` reads how far they are.
"""
