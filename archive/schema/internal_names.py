"""The tables that only the program reads get the prefix `internal_`; tables without it are for users.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

INTERNAL_NAMES = (
    "DROP VIEW article",
    "DROP VIEW article_search",
    "ALTER TABLE capture_files RENAME TO internal_capture_files",
    "ALTER TABLE capture_purges RENAME TO internal_capture_purges",
    "ALTER TABLE checks RENAME TO internal_checks",
    "ALTER TABLE hosts RENAME TO internal_hosts",
    "ALTER TABLE jsonl RENAME TO internal_jsonl",
    "ALTER TABLE list_pages RENAME TO internal_list_pages",
    "ALTER TABLE near_alone RENAME TO internal_near_alone",
    "ALTER TABLE near_articles RENAME TO internal_near_articles",
    "ALTER TABLE near_before RENAME TO internal_near_before",
    "ALTER TABLE near_changes RENAME TO internal_near_changes",
    "ALTER TABLE near_decided RENAME TO internal_near_decided",
    "ALTER TABLE near_full RENAME TO internal_near_full",
    "ALTER TABLE near_keys RENAME TO internal_near_keys",
    "ALTER TABLE near_members RENAME TO internal_near_members",
    "ALTER TABLE near_pairs RENAME TO internal_near_pairs",
    "ALTER TABLE near_placed RENAME TO internal_near_placed",
    "ALTER TABLE near_texts RENAME TO internal_near_texts",
    "ALTER TABLE near_waiting RENAME TO internal_near_waiting",
    "ALTER TABLE search_columns RENAME TO internal_search_columns",
    "ALTER TABLE search_index RENAME TO internal_search_index",
    "ALTER TABLE search_kinds RENAME TO internal_search_kinds",
    "ALTER TABLE search_state RENAME TO internal_search_state",
    "ALTER TABLE search_waiting RENAME TO internal_search_waiting",
    "ALTER TABLE split_founders RENAME TO internal_split_founders",
    "DROP INDEX near_articles_n",
    "CREATE INDEX internal_near_articles_n ON internal_near_articles (n, first_seen, article)",
    "DROP INDEX near_members_cluster",
    "CREATE INDEX internal_near_members_cluster ON internal_near_members (cluster)",
    "DROP INDEX near_pairs_earlier",
    "CREATE INDEX internal_near_pairs_earlier ON internal_near_pairs (earlier)",
    "DROP INDEX search_kinds_are",
    "CREATE UNIQUE INDEX internal_search_kinds_are ON internal_search_kinds (ifnull(year, ''), ifnull(section, ''), "
    "ifnull(source, ''), ifnull(layout, ''), is_duplicate)",
    "DROP TRIGGER internal_list_pages_new",
    "DROP TRIGGER internal_list_pages_changed",
    "DROP TRIGGER internal_list_pages_gone",
    """CREATE TRIGGER internal_list_pages_new AFTER INSERT ON internal_list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_list_pages_changed AFTER UPDATE ON internal_list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_list_pages_gone AFTER DELETE ON internal_list_pages
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_list_pages' AND key = old.list || ' ' || old.page;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_list_pages' AND key = old.list || ' ' || old.page; END""",
    "DROP TRIGGER internal_hosts_new",
    "DROP TRIGGER internal_hosts_changed",
    "DROP TRIGGER internal_hosts_gone",
    """CREATE TRIGGER internal_hosts_new AFTER INSERT ON internal_hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_hosts'
        AND key = new.host); END""",
    """CREATE TRIGGER internal_hosts_changed AFTER UPDATE ON internal_hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_hosts'
        AND key = new.host); END""",
    """CREATE TRIGGER internal_hosts_gone AFTER DELETE ON internal_hosts
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_hosts' AND key = old.host;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_hosts' AND key = old.host; END""",
    "DROP TRIGGER internal_split_founders_new",
    "DROP TRIGGER internal_split_founders_changed",
    "DROP TRIGGER internal_split_founders_gone",
    """CREATE TRIGGER internal_split_founders_new AFTER INSERT ON internal_split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_split_founders', new.article || ' ' || new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_split_founders_changed AFTER UPDATE ON internal_split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_split_founders', new.article || ' ' || new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_split_founders_gone AFTER DELETE ON internal_split_founders
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_split_founders' AND key = old.article || ' '
      || old.founder;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_split_founders' AND key = old.article || ' ' ||
      old.founder; END""",
    "DROP TRIGGER internal_near_alone_new",
    "DROP TRIGGER internal_near_alone_changed",
    "DROP TRIGGER internal_near_alone_gone",
    """CREATE TRIGGER internal_near_alone_new AFTER INSERT ON internal_near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_alone_changed AFTER UPDATE ON internal_near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_alone_gone AFTER DELETE ON internal_near_alone
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_alone' AND key = hex(old.content_sha256);
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_alone' AND key = hex(old.content_sha256); END""",
    "DROP TRIGGER internal_near_decided_new",
    "DROP TRIGGER internal_near_decided_changed",
    "DROP TRIGGER internal_near_decided_gone",
    """CREATE TRIGGER internal_near_decided_new AFTER INSERT ON internal_near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_near_decided_changed AFTER UPDATE ON internal_near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_near_decided_gone AFTER DELETE ON internal_near_decided
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_decided' AND key = hex(old.a) || hex(old.b);
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_decided' AND key = hex(old.a) || hex(old.b); END""",
    "DROP TRIGGER internal_near_changes_new",
    "DROP TRIGGER internal_near_changes_changed",
    "DROP TRIGGER internal_near_changes_gone",
    """CREATE TRIGGER internal_near_changes_new AFTER INSERT ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = new.id); END""",
    """CREATE TRIGGER internal_near_changes_changed AFTER UPDATE ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = new.id); END""",
    """CREATE TRIGGER internal_near_changes_gone AFTER DELETE ON internal_near_changes
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_changes' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_changes' AND key = old.id; END""",
    "UPDATE internal_row_hashes SET tab = 'internal_' || tab WHERE tab IN "
    "('list_pages', 'hosts', 'split_founders', 'near_alone', 'near_decided', 'near_changes')",
    "UPDATE internal_rows_to_hash SET tab = 'internal_' || tab WHERE tab IN "
    "('list_pages', 'hosts', 'split_founders', 'near_alone', 'near_decided', 'near_changes')",
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
      coalesce((SELECT checked_at FROM internal_checks WHERE article_seq = seq),
        iif(json_valid(revision), revision ->> '$.last_checked', NULL)) AS last_checked,
      duplicate_of,               -- id of the article with the same text that counts; null: this one does
      cluster, similarity,        -- of near duplicates
      warnings                    -- JSON
    FROM articles""",
    """CREATE VIEW article_search AS SELECT
      rowid AS seq,
      internal_search_index AS article_search,   -- WHERE article_search MATCH kepu_query('大模型')
      rank                        -- the smaller the better
    FROM internal_search_index""",
)
"""Migration 0025. SQLite updates the triggers and views that refer to a renamed table, but no names in string literals.
"""
