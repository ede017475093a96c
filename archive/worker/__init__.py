"""The one process that owns the archive of many workers, and what Redis says of them."""
