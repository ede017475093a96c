"""The views for users, each column with a comment: articles, authors, texts, appearances, failed URLs, search.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

READER_VIEWS = (
    """CREATE VIEW article AS SELECT
      seq,                        -- number of the row: the order in which articles came
      id,                         -- n1/40148467: prefix and the site's content id
      url,                        -- canonical URL
      headline,                   -- headline as the page prints it
      kicker,                     -- 引题, the line above the headline
      alternative_headline,       -- 副题, the line below the headline
      date_published,             -- the day, in Beijing
      datetime_published,         -- the moment, where the page says it
      substr(date_published, 1, 4) AS year,   -- year of publication
      iif(json_valid(source), source ->> '$.name', NULL) AS source,   -- name of the source, 来源
      byline,                     -- byline as it is printed
      iif(json_valid(author), author ->> '$[0].name', NULL) AS first_author,   -- first name of the byline
      iif(json_valid(author), json_array_length(author), NULL) AS authors,   -- number of authors
      article_section AS section,   -- last entry of the breadcrumb
      iif(json_valid(provenance), provenance ->> '$.layout', NULL) AS layout,   -- layout of the page
      char_count,                 -- characters of the text without white space
      iif(json_valid(blocks), json_array_length(blocks), NULL) AS blocks,   -- number of blocks
      iif(json_valid(image), json_array_length(image), NULL) AS images,   -- number of pictures
      iif(json_valid(links), json_array_length(links), NULL) AS links,   -- number of links in the body
      iif(json_valid(appearances), json_array_length(appearances), NULL) AS appearances,   -- number of its URLs
      iif(json_valid(revision), revision ->> '$.n', NULL) AS versions,   -- number of versions, this one included
      iif(json_valid(revision), revision ->> '$.status', NULL) AS status,   -- live, gone, taken_down
      iif(json_valid(revision), revision ->> '$.first_seen', NULL) AS first_seen,   -- when it was first seen, UTC
      iif(json_valid(revision), revision ->> '$.last_changed', NULL) AS last_changed,   -- when it last changed, UTC
      coalesce((SELECT checked_at FROM internal_checks WHERE article_seq = seq),
        iif(json_valid(revision), revision ->> '$.last_checked', NULL)) AS last_checked,   -- when it was last asked for
      duplicate_of,               -- id of the article with the same text that counts; null: this one does
      cluster,                    -- id of the canonical article of its near duplicates
      similarity,                 -- likeness to that article, from 0 to 1
      warnings                    -- JSON: names of what is missing or in doubt
    FROM articles""",
    """CREATE VIEW article_author AS SELECT
      a.seq AS seq,               -- number of the article's row
      a.id AS id,                 -- id of the article
      each.key + 1 AS position,   -- place in the byline, from 1
      each.value ->> '$.name' AS name,   -- name as it is printed
      each.value ->> '$.role' AS role    -- role as it is printed: 记者, 通讯员 …
    FROM articles a, json_each(iif(json_valid(a.author), a.author, '[]')) each""",
    """CREATE VIEW article_text AS SELECT
      seq,                        -- number of the article's row
      id,                         -- id of the article
      headline,                   -- headline as the page prints it
      text,                       -- exact text
      text_canonical,             -- the same, normalized
      char_count                  -- characters of the text without white space
    FROM articles""",
    """CREATE VIEW article_appearance AS SELECT
      a.seq AS seq,               -- number of the article's row
      a.id AS id,                 -- id of the article
      each.value ->> '$.url' AS url,                 -- URL that showed it
      each.value ->> '$.node' AS node,               -- the site's node in that URL
      each.value ->> '$.section' AS section,         -- section in which it stood
      each.value ->> '$.first_seen' AS first_seen,   -- when it was first seen there, UTC
      each.value ->> '$.last_seen' AS last_seen      -- when it was last seen there, UTC
    FROM articles a, json_each(iif(json_valid(a.appearances), a.appearances, '[]')) each""",
    """CREATE VIEW url_problem AS SELECT
      url,                        -- canonical URL
      kind,                       -- article, or the kind of list
      article,                    -- id of the article that it shows
      state,                      -- fetched, failed, refused, gone …
      code,                       -- why
      message,                    -- what went wrong, in words
      tries,                      -- failures since the last success
      status,                     -- HTTP status of the last answer
      fetched_at,                 -- when it was last requested, UTC
      due_at                      -- when it is to be requested again, UTC; null: never
    FROM urls WHERE state IN ('failed', 'refused', 'gone') OR (code IS NOT NULL AND state <> 'excluded')""",
    """CREATE VIEW article_search AS SELECT
      rowid AS seq,               -- number of the article's row
      internal_search_index AS article_search,   -- WHERE article_search MATCH kepu_query('大模型')
      rank                        -- the smaller, the better the match
    FROM internal_search_index""",
)
"""Migration 0026, last part: docs/sql.md has a query for each."""
