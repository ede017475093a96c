"""Find and fetch pages, over HTTP or from input files; articles are extracted in pipelines/."""

from kepu.fast_start import import_sqlite_utils

import_sqlite_utils()  # first, since the `scrapy` command imports this package before any module of kepu
