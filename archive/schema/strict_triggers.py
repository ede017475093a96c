"""The triggers of the STRICT tables: they record what must be hashed, indexed or compared at the end of a run.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

TRIGGERS = (
    """CREATE TRIGGER internal_accounts_gone AFTER DELETE ON articles
      BEGIN DELETE FROM accounts WHERE article = old.id; DELETE FROM excluded WHERE article = old.id; END""",
    """CREATE TRIGGER internal_checks_gone AFTER DELETE ON articles
      BEGIN DELETE FROM internal_checks WHERE article_seq = old.seq; END""",
    """CREATE TRIGGER internal_article_changed AFTER UPDATE ON articles
      BEGIN INSERT INTO internal_articles_to_hash SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_articles_to_hash WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_article_gone AFTER DELETE ON articles
      BEGIN DELETE FROM internal_article_hashes WHERE seq = old.seq;
      DELETE FROM internal_articles_to_hash WHERE seq = old.seq; END""",
    """CREATE TRIGGER internal_article_new AFTER INSERT ON articles
      BEGIN INSERT INTO internal_articles_to_hash SELECT new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_articles_to_hash WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_near_changed
      AFTER UPDATE OF content_sha256, text_canonical, duplicate_of, date_published, datetime_published,
      warnings,
        revision ON articles
      WHEN old.content_sha256 IS NOT new.content_sha256 OR old.text_canonical IS NOT new.text_canonical
        OR old.duplicate_of IS NOT new.duplicate_of OR old.date_published IS NOT new.date_published
        OR old.datetime_published IS NOT new.datetime_published OR old.warnings IS NOT new.warnings
        OR iif(json_valid(old.revision), old.revision ->> '$.first_seen', NULL)
          IS NOT iif(json_valid(new.revision), new.revision ->> '$.first_seen', NULL)
      BEGIN INSERT OR IGNORE INTO internal_near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER internal_near_gone AFTER DELETE ON articles
      BEGIN INSERT OR IGNORE INTO internal_near_waiting VALUES (old.seq); END""",
    """CREATE TRIGGER internal_near_new AFTER INSERT ON articles
      BEGIN INSERT OR IGNORE INTO internal_near_waiting VALUES (new.seq); END""",
    """CREATE TRIGGER internal_search_again AFTER INSERT ON articles
      WHEN new.seq <= (SELECT last_seq FROM internal_search_state)
      BEGIN INSERT INTO internal_search_waiting (seq, is_indexed) SELECT new.seq, 0
      WHERE NOT EXISTS (SELECT 1 FROM internal_search_waiting WHERE seq = new.seq); END""",
    """CREATE TRIGGER internal_search_changed AFTER UPDATE OF text_canonical, headline, kicker,
      alternative_headline, byline, author, source, image, date_published, datetime_published,
      article_section, provenance, duplicate_of ON articles
      WHEN old.seq <= (SELECT last_seq FROM internal_search_state) AND (old.text_canonical IS NOT
      new.text_canonical OR old.headline IS NOT new.headline OR old.kicker IS NOT new.kicker OR
      old.alternative_headline IS NOT new.alternative_headline OR old.byline IS NOT new.byline OR old.author
      IS NOT new.author OR old.source IS NOT new.source OR old.image IS NOT new.image OR old.date_published
      IS NOT new.date_published OR old.datetime_published IS NOT new.datetime_published OR
      old.article_section IS NOT new.article_section OR old.provenance IS NOT new.provenance OR
      old.duplicate_of IS NOT new.duplicate_of)
      BEGIN INSERT INTO internal_search_waiting SELECT old.seq, 1, old.text_canonical, old.headline,
      old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image
      WHERE NOT EXISTS (SELECT 1 FROM internal_search_waiting WHERE seq = old.seq); END""",
    """CREATE TRIGGER internal_search_gone AFTER DELETE ON articles
      WHEN old.seq <= (SELECT last_seq FROM internal_search_state)
      BEGIN INSERT INTO internal_search_waiting SELECT old.seq, 1, old.text_canonical, old.headline,
      old.kicker, old.alternative_headline, old.byline, old.author, old.source, old.image
      WHERE NOT EXISTS (SELECT 1 FROM internal_search_waiting WHERE seq = old.seq); END""",
    """CREATE TRIGGER internal_captures_changed AFTER UPDATE ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = new.n); END""",
    """CREATE TRIGGER internal_captures_gone AFTER DELETE ON captures
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'captures' AND key = old.n;
      DELETE FROM internal_rows_to_hash WHERE tab = 'captures' AND key = old.n; END""",
    """CREATE TRIGGER internal_captures_new AFTER INSERT ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = new.n); END""",
    """CREATE TRIGGER internal_duplicates_changed AFTER UPDATE ON duplicates
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'duplicates', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = new.url); END""",
    """CREATE TRIGGER internal_duplicates_gone AFTER DELETE ON duplicates
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'duplicates' AND key = old.url;
      DELETE FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = old.url; END""",
    """CREATE TRIGGER internal_duplicates_new AFTER INSERT ON duplicates
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'duplicates', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = new.url); END""",
    """CREATE TRIGGER internal_hosts_changed AFTER UPDATE ON internal_hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_hosts'
        AND key = new.host); END""",
    """CREATE TRIGGER internal_hosts_gone AFTER DELETE ON internal_hosts
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_hosts' AND key = old.host;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_hosts' AND key = old.host; END""",
    """CREATE TRIGGER internal_hosts_new AFTER INSERT ON internal_hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_hosts'
        AND key = new.host); END""",
    """CREATE TRIGGER internal_list_pages_changed AFTER UPDATE ON internal_list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_list_pages_gone AFTER DELETE ON internal_list_pages
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_list_pages' AND key = old.list || ' ' ||
      old.page;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_list_pages' AND key = old.list || ' ' ||
      old.page; END""",
    """CREATE TRIGGER internal_list_pages_new AFTER INSERT ON internal_list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_near_alone_changed AFTER UPDATE ON internal_near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_alone_gone AFTER DELETE ON internal_near_alone
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_alone' AND key = hex(old.content_sha256);
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_alone' AND key = hex(old.content_sha256); END""",
    """CREATE TRIGGER internal_near_alone_new AFTER INSERT ON internal_near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_changes_changed AFTER UPDATE ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = new.id); END""",
    """CREATE TRIGGER internal_near_changes_gone AFTER DELETE ON internal_near_changes
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_changes' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_changes' AND key = old.id; END""",
    """CREATE TRIGGER internal_near_changes_new AFTER INSERT ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = new.id); END""",
    """CREATE TRIGGER internal_near_decided_changed AFTER UPDATE ON internal_near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_near_decided_gone AFTER DELETE ON internal_near_decided
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_decided' AND key = hex(old.a) ||
      hex(old.b);
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_decided' AND key = hex(old.a) ||
      hex(old.b); END""",
    """CREATE TRIGGER internal_near_decided_new AFTER INSERT ON internal_near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_split_founders_changed AFTER UPDATE ON internal_split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_split_founders', new.article || ' ' ||
      new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_split_founders_gone AFTER DELETE ON internal_split_founders
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_split_founders' AND key = old.article || ' '
      || old.founder;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_split_founders' AND key = old.article || ' ' ||
      old.founder; END""",
    """CREATE TRIGGER internal_split_founders_new AFTER INSERT ON internal_split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_split_founders', new.article || ' ' ||
      new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_rebuilds_changed AFTER UPDATE ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = new.id); END""",
    """CREATE TRIGGER internal_rebuilds_gone AFTER DELETE ON rebuilds
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'rebuilds' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = old.id; END""",
    """CREATE TRIGGER internal_rebuilds_new AFTER INSERT ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = new.id); END""",
    """CREATE TRIGGER internal_revision_changed AFTER UPDATE ON revisions
      BEGIN INSERT INTO internal_revisions_to_hash SELECT new.article, new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_revisions_to_hash WHERE article = new.article AND n = new.n); END""",
    """CREATE TRIGGER internal_revision_gone AFTER DELETE ON revisions
      BEGIN DELETE FROM internal_revision_hashes WHERE article = old.article AND n = old.n;
      DELETE FROM internal_revisions_to_hash WHERE article = old.article AND n = old.n; END""",
    """CREATE TRIGGER internal_revision_new AFTER INSERT ON revisions
      BEGIN INSERT INTO internal_revisions_to_hash SELECT new.article, new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_revisions_to_hash WHERE article = new.article AND n = new.n); END""",
    """CREATE TRIGGER internal_runs_changed AFTER UPDATE ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = new.id); END""",
    """CREATE TRIGGER internal_runs_gone AFTER DELETE ON runs
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'runs' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'runs' AND key = old.id; END""",
    """CREATE TRIGGER internal_runs_new AFTER INSERT ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = new.id); END""",
    """CREATE TRIGGER internal_sections_changed AFTER UPDATE ON sections
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'sections', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'sections' AND key = new.url); END""",
    """CREATE TRIGGER internal_sections_gone AFTER DELETE ON sections
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'sections' AND key = old.url;
      DELETE FROM internal_rows_to_hash WHERE tab = 'sections' AND key = old.url; END""",
    """CREATE TRIGGER internal_sections_new AFTER INSERT ON sections
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'sections', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'sections' AND key = new.url); END""",
    """CREATE TRIGGER internal_tombstones_changed AFTER UPDATE ON tombstones
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'tombstones', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = new.id); END""",
    """CREATE TRIGGER internal_tombstones_gone AFTER DELETE ON tombstones
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'tombstones' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = old.id; END""",
    """CREATE TRIGGER internal_tombstones_new AFTER INSERT ON tombstones
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'tombstones', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = new.id); END""",
    """CREATE TRIGGER internal_urls_changed AFTER UPDATE ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = new.seq); END""",
    """CREATE TRIGGER internal_urls_gone AFTER DELETE ON urls
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'urls' AND key = old.seq;
      DELETE FROM internal_rows_to_hash WHERE tab = 'urls' AND key = old.seq; END""",
    """CREATE TRIGGER internal_urls_new AFTER INSERT ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = new.seq); END""",
)
"""Migration 0026, fourth part. The triggers are those of before, all with the prefix `internal_`."""
