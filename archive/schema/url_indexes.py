"""Indexes by which a run finds what it asks of the URLs, so that its cost does not grow with the number of articles.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

BY_WHAT_A_RUN_ASKS = (
    # Lists, searches and parts of articles: few, however many articles there are.
    "CREATE INDEX urls_lists ON urls (kind) WHERE kind <> 'article'",
    # Counted per state; `article` is there to look up whether each is stored.
    "CREATE INDEX urls_states ON urls (state, article) WHERE kind = 'article'",
    "CREATE INDEX urls_unserved ON urls (host) WHERE code = 'no_queue'",
    # `c404214-` of `http://kpzg.people.com.cn/n1/2024/0105/c404214-40148467.html`: its name without number and ending.
    """CREATE INDEX urls_node ON urls (replace(rtrim(rtrim(url, '.shtml'), '0123456789'),
      rtrim(rtrim(rtrim(url, '.shtml'), '0123456789'),
        replace(rtrim(rtrim(url, '.shtml'), '0123456789'), '/', '')), ''))
      WHERE kind = 'article'""",
    "CREATE INDEX urls_gb ON urls (host) WHERE kind = 'article' AND instr(url, '/GB/') > 0",
    "CREATE INDEX urls_found_at ON urls (found_at) WHERE kind = 'article'",
)
"""Migration 0029."""
