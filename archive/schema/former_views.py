"""The views of former versions of the archive, which the migration of `reader_views` replaced.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

VIEWS = (
    "CREATE INDEX articles_section ON articles (article_section)",
    "CREATE INDEX articles_source ON articles (iif(json_valid(source), source ->> '$.name', NULL))",
    "CREATE INDEX articles_layout ON articles (iif(json_valid(provenance), provenance ->> '$.layout', NULL))",
    "CREATE INDEX articles_year ON articles (substr(date_published, 1, 4))",
    """CREATE VIEW article AS SELECT
      seq,                        -- number of the row: the order in which articles came
      id,                         -- of the site: n1/40148467
      url,                        -- canonical
      headline, kicker, alternative_headline,
      date_published,             -- the day, in Beijing
      datetime_published,         -- the moment, where the page says it
      substr(date_published, 1, 4) AS year,
      iif(json_valid(source), source ->> '$.name', NULL) AS source,
      byline,                     -- as it is printed
      iif(json_valid(author), author ->> '$[0].name', NULL) AS first_author,
      iif(json_valid(author), json_array_length(author), NULL) AS authors,
      article_section AS section,
      iif(json_valid(provenance), provenance ->> '$.layout', NULL) AS layout,
      char_count,                 -- characters of the text
      iif(json_valid(blocks), json_array_length(blocks), NULL) AS blocks,
      iif(json_valid(image), json_array_length(image), NULL) AS images,
      iif(json_valid(links), json_array_length(links), NULL) AS links,
      iif(json_valid(appearances), json_array_length(appearances), NULL) AS appearances,
      iif(json_valid(revision), revision ->> '$.n', NULL) AS versions,
      iif(json_valid(revision), revision ->> '$.status', NULL) AS status,
      iif(json_valid(revision), revision ->> '$.first_seen', NULL) AS first_seen,
      iif(json_valid(revision), revision ->> '$.last_changed', NULL) AS last_changed,
      coalesce((SELECT checked_at FROM checks WHERE article_seq = seq),
        iif(json_valid(revision), revision ->> '$.last_checked', NULL)) AS last_checked,
      duplicate_of,               -- id of the article with the same text that counts; null: this one does
      cluster, similarity,        -- of near duplicates
      warnings                    -- JSON
    FROM articles""",
    """CREATE VIEW article_author AS SELECT
      a.seq, a.id,
      each.key + 1 AS position,   -- from 1, as printed
      each.value ->> '$.name' AS name,
      each.value ->> '$.role' AS role
    FROM articles a, json_each(iif(json_valid(a.author), a.author, '[]')) each""",
    """CREATE VIEW article_text AS SELECT
      seq, id, headline,
      text,                       -- exact
      text_canonical,             -- without what only the layout puts there
      char_count
    FROM articles""",
    """CREATE VIEW article_appearance AS SELECT
      a.seq, a.id,
      each.value ->> '$.url' AS url,
      each.value ->> '$.node' AS node,
      each.value ->> '$.section' AS section,
      each.value ->> '$.first_seen' AS first_seen,
      each.value ->> '$.last_seen' AS last_seen
    FROM articles a, json_each(iif(json_valid(a.appearances), a.appearances, '[]')) each""",
    """CREATE VIEW url_problem AS SELECT
      url, kind, article, state,
      code,                       -- why
      message, tries, status, fetched_at, due_at
    FROM urls WHERE state IN ('failed', 'refused', 'gone') OR (code IS NOT NULL AND state <> 'excluded')""",
    """CREATE VIEW article_search AS SELECT
      rowid AS seq,
      search_index AS article_search,   -- WHERE article_search MATCH kepu_query('大模型')
      rank                        -- the smaller the better
    FROM search_index""",
)
"""Migration 0018. Views, and the indexes that their facets use: docs/sql.md has a query for each."""
