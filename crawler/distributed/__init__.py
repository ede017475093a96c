"""The same spider on many workers: scrapy-redis's scheduler, with a queue in Redis that keeps each host's delay."""
