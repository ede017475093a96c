"""The body of an article without repetition: blocks hold places in `text`, `text_canonical` is null where it equals it.

These are texts of migrations and are never edited: see `archive.schema.migrations`. `archive.stored_body` says what the
stored form is; both forms are read by it.
"""

LETTERS_ONCE = (
    "DROP TRIGGER internal_article_changed",
    "DROP TRIGGER internal_near_changed",
    "DROP TRIGGER internal_search_changed",
    "DROP TRIGGER internal_search_gone",
    "DROP VIEW article_text",
    # A block that does not have the usual fields, or whose text is escaped in an unusual way, stays as it is.
    """UPDATE articles SET
      text_canonical = nullif(text_canonical, text),
      blocks = CASE
        WHEN json_valid(blocks) AND json_type(blocks) = 'array' AND text IS NOT NULL
          AND NOT instr(CAST(text AS BLOB), x'00')
          AND NOT EXISTS (SELECT 1 FROM json_each(blocks) WHERE type IS NOT 'object')
        THEN (
          SELECT '[' || coalesce(group_concat(stored), '') || ']' FROM (
            SELECT iif(
              names IS 'type,text,part,marks,level,items,ordered,rows,content_url,caption,credit_text,alt'
                AND json_quote(its) = value -> '$.text' AND json_type(value, '$.text') = 'text',
              json_patch(
                iif(substr(articles.text, at + 1, length(its)) = its,
                  json_object('at', at, 'length', length(its)), json_object('at', NULL, 'text', its)),
                json_remove(value, '$.text', iif(value -> '$.type' = '"paragraph"', '$.type', '$.text'),
                  iif(value -> '$.part' = '1', '$.part', '$.text'),
                  iif(value -> '$.marks' = '[]', '$.marks', '$.text'))),
              value) AS stored
            FROM (
              SELECT block.value, block.value ->> '$.text' AS its,
                (SELECT group_concat(field.key) FROM json_each(block.value) field) AS names,
                coalesce(sum(iif((block.value ->> '$.type') IN ('figure', 'credit'), 0,
                    length(block.value ->> '$.text') + 1))
                  OVER (ORDER BY block.key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS at
              FROM json_each(blocks) block ORDER BY block.key)))
        ELSE blocks END
      WHERE seq BETWEEN :first AND :last""",
)
"""Migration 0028, first part. No row is hashed again: its hash is over the body as the record has it."""

TRIGGERS = (
    """CREATE TRIGGER internal_article_changed AFTER UPDATE ON articles
      BEGIN INSERT INTO internal_articles_to_hash SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_articles_to_hash WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_near_changed
      AFTER UPDATE OF content_sha256, text, text_canonical, duplicate_of, date_published, datetime_published,
      warnings,
        revision ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256
        OR coalesce(old.text_canonical, old.text) IS NOT coalesce(new.text_canonical, new.text)
        OR old.duplicate_of IS NOT new.duplicate_of OR old.date_published IS NOT new.date_published
        OR old.datetime_published IS NOT new.datetime_published OR old.warnings IS NOT new.warnings
        OR iif(json_valid(old.revision), old.revision ->> '$.first_seen', NULL)
          IS NOT iif(json_valid(new.revision), new.revision ->> '$.first_seen', NULL)
      BEGIN INSERT OR IGNORE INTO internal_near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER internal_search_changed AFTER UPDATE OF text, text_canonical, headline, kicker,
      alternative_headline, byline, author, source, image, date_published, datetime_published,
      article_section, provenance, duplicate_of ON articles
      WHEN old.seq <= (SELECT last_seq FROM internal_search_state) AND
      (coalesce(old.text_canonical, old.text) IS NOT coalesce(new.text_canonical, new.text) OR
      old.headline IS NOT new.headline OR old.kicker IS NOT new.kicker OR
      old.alternative_headline IS NOT new.alternative_headline OR old.byline IS NOT new.byline OR old.author
      IS NOT new.author OR old.source IS NOT new.source OR old.image IS NOT new.image OR old.date_published
      IS NOT new.date_published OR old.datetime_published IS NOT new.datetime_published OR
      old.article_section IS NOT new.article_section OR old.provenance IS NOT new.provenance OR
      old.duplicate_of IS NOT new.duplicate_of)
      BEGIN INSERT INTO internal_search_waiting SELECT old.seq, 1, coalesce(old.text_canonical, old.text),
      old.headline, old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image
      WHERE NOT EXISTS (SELECT 1 FROM internal_search_waiting WHERE seq = old.seq); END""",
    """CREATE TRIGGER internal_search_gone AFTER DELETE ON articles
      WHEN old.seq <= (SELECT last_seq FROM internal_search_state)
      BEGIN INSERT INTO internal_search_waiting SELECT old.seq, 1, coalesce(old.text_canonical, old.text),
      old.headline, old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image
      WHERE NOT EXISTS (SELECT 1 FROM internal_search_waiting WHERE seq = old.seq); END""",
)
"""Migration 0028, second part. They are those of before, with the text where `text_canonical` is null."""

VIEWS = (
    """CREATE VIEW article_text AS SELECT
      seq,                        -- number of the article's row
      id,                         -- id of the article
      headline,                   -- headline as the page prints it
      text,                       -- exact text
      coalesce(text_canonical, text) AS text_canonical,   -- the same, normalized
      char_count                  -- characters of the text without white space
    FROM articles""",
    """CREATE VIEW article_block AS SELECT
      a.seq AS seq,               -- number of the article's row
      a.id AS id,                 -- id of the article
      each.key + 1 AS position,   -- place in the body, from 1
      coalesce(each.value ->> '$.type', 'paragraph') AS type,   -- paragraph, heading, figure, list …
      coalesce(substr(a.text, (each.value ->> '$.at') + 1, each.value ->> '$.length'),
        each.value ->> '$.text') AS text,                       -- exact text of the block
      coalesce(each.value ->> '$.part', 1) AS part,             -- part of a multi-page article in which it stands
      each.value ->> '$.level' AS level,                        -- level of a heading, from 2
      coalesce(each.value -> '$.marks', '[]') AS marks,         -- JSON: raised letters, formulas, readings …
      each.value ->> '$.items' AS items,                        -- JSON: items of a list
      each.value ->> '$.ordered' AS ordered,                    -- 1 for a numbered list
      each.value ->> '$.rows' AS rows,                          -- JSON: rows of a table, each a list of cells
      each.value ->> '$.content_url' AS content_url,            -- URL of the picture or the video of a figure
      each.value ->> '$.caption' AS caption,                    -- caption of a figure or a table
      each.value ->> '$.credit_text' AS credit_text,            -- credit of a figure
      each.value ->> '$.alt' AS alt                             -- words for those who cannot see the picture
    FROM articles a, json_each(iif(json_valid(a.blocks), a.blocks, '[]')) each""",
)
"""Migration 0028, last part."""
