"""Find and fetch: everything that speaks HTTP or reads files, and nothing that knows what an article is."""

from kepu.fast_start import import_sqlite_utils

import_sqlite_utils()  # Scrapy's own commands begin here
