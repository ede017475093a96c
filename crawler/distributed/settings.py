"""What KEPU_PROFILE=distributed changes in crawler/settings.py: the archive is reached through Redis, and shared."""

import os
from typing import Any

from crawler import settings

base: Any = settings

SCHEDULER = "scrapy_redis.scheduler.Scheduler"
SCHEDULER_PERSIST = True
SCHEDULER_QUEUE_CLASS = "crawler.distributed.queue.HostQueue"
SCHEDULER_QUEUE_KEY = "kepu"
SCHEDULER_SERIALIZER = "crawler.distributed.messages"  # JSON: nothing from the network is unpickled
DUPEFILTER_CLASS = "crawler.distributed.queue.SeenInQueue"
REDIS_URL = os.environ.get("KEPU_REDIS", "redis://127.0.0.1:6379/0")
KEPU_REDIS_PREFIX = os.environ.get("KEPU_REDIS_PREFIX", "kepu")
KEPU_WORKER = os.environ.get("KEPU_WORKER", "")  # its name; else the machine's and its process number
KEPU_REDIS_WAIT = float(
    os.environ.get("KEPU_REDIS_WAIT", "30")
)  # seconds that a worker waits for a run to begin
KEPU_LEASE = float(
    os.environ.get("KEPU_LEASE", "30")
)  # seconds after which the request of a dead worker returns
CONCURRENT_REQUESTS = 16  # hosts that a worker asks side by side
EXTENSIONS = {name: order for name, order in base.EXTENSIONS.items() if name != "crawler.session.Session"} | {
    "crawler.distributed.session.RemoteSession": 0
}
SPIDER_MIDDLEWARES = base.SPIDER_MIDDLEWARES | {"crawler.distributed.bridge.ArchiverStarts": 10}
