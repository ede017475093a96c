"""Find and fetch pages: all code that speaks HTTP or reads input files. It does not extract articles."""

from kepu.fast_start import import_sqlite_utils

import_sqlite_utils()  # Scrapy's own commands begin here
