"""Hashes of rows whose data is stored nowhere else, and triggers that record which rows must be hashed again.

These are texts of migrations and are never edited: see `archive.schema.migrations`.
"""

ROW_HASHES_OF_ALL = (
    """CREATE TABLE internal_row_hashes (
      tab TEXT NOT NULL,          -- name of a table: HASHED_TABLES
      key ANY NOT NULL,           -- what names a row of it
      digest BLOB NOT NULL,       -- the first 16 bytes of the SHA-256 of all its columns: archive/row_hash.py
      PRIMARY KEY (tab, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE internal_rows_to_hash (
      tab TEXT NOT NULL,          -- name of a table
      key ANY NOT NULL,           -- of a row that was written since it was hashed
      PRIMARY KEY (tab, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER internal_urls_new AFTER INSERT ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = new.seq); END""",
    """CREATE TRIGGER internal_urls_changed AFTER UPDATE ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = new.seq); END""",
    """CREATE TRIGGER internal_urls_gone AFTER DELETE ON urls
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'urls' AND key = old.seq;
      DELETE FROM internal_rows_to_hash WHERE tab = 'urls' AND key = old.seq; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'urls', urls.seq FROM urls",
    """CREATE TRIGGER internal_sections_new AFTER INSERT ON sections
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'sections', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'sections' AND key = new.url); END""",
    """CREATE TRIGGER internal_sections_changed AFTER UPDATE ON sections
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'sections', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'sections' AND key = new.url); END""",
    """CREATE TRIGGER internal_sections_gone AFTER DELETE ON sections
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'sections' AND key = old.url;
      DELETE FROM internal_rows_to_hash WHERE tab = 'sections' AND key = old.url; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'sections', sections.url FROM sections",
    """CREATE TRIGGER internal_list_pages_new AFTER INSERT ON list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_list_pages_changed AFTER UPDATE ON list_pages
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'list_pages', new.list || ' ' || new.page
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'list_pages'
        AND key = new.list || ' ' || new.page); END""",
    """CREATE TRIGGER internal_list_pages_gone AFTER DELETE ON list_pages
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'list_pages' AND key = old.list || ' ' || old.page;
      DELETE FROM internal_rows_to_hash WHERE tab = 'list_pages' AND key = old.list || ' ' || old.page; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'list_pages', list_pages.list || ' ' || list_pages.page FROM list_pages",
    """CREATE TRIGGER internal_hosts_new AFTER INSERT ON hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'hosts' AND key = new.host); END""",
    """CREATE TRIGGER internal_hosts_changed AFTER UPDATE ON hosts
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'hosts', new.host
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'hosts' AND key = new.host); END""",
    """CREATE TRIGGER internal_hosts_gone AFTER DELETE ON hosts
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'hosts' AND key = old.host;
      DELETE FROM internal_rows_to_hash WHERE tab = 'hosts' AND key = old.host; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'hosts', hosts.host FROM hosts",
    """CREATE TRIGGER internal_runs_new AFTER INSERT ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = new.id); END""",
    """CREATE TRIGGER internal_runs_changed AFTER UPDATE ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = new.id); END""",
    """CREATE TRIGGER internal_runs_gone AFTER DELETE ON runs
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'runs' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'runs' AND key = old.id; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'runs', runs.id FROM runs",
    """CREATE TRIGGER internal_rebuilds_new AFTER INSERT ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = new.id); END""",
    """CREATE TRIGGER internal_rebuilds_changed AFTER UPDATE ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = new.id); END""",
    """CREATE TRIGGER internal_rebuilds_gone AFTER DELETE ON rebuilds
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'rebuilds' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = old.id; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'rebuilds', rebuilds.id FROM rebuilds",
    """CREATE TRIGGER internal_captures_new AFTER INSERT ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = new.n); END""",
    """CREATE TRIGGER internal_captures_changed AFTER UPDATE ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = new.n); END""",
    """CREATE TRIGGER internal_captures_gone AFTER DELETE ON captures
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'captures' AND key = old.n;
      DELETE FROM internal_rows_to_hash WHERE tab = 'captures' AND key = old.n; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'captures', captures.n FROM captures",
    """CREATE TRIGGER internal_duplicates_new AFTER INSERT ON duplicates
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'duplicates', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = new.url); END""",
    """CREATE TRIGGER internal_duplicates_changed AFTER UPDATE ON duplicates
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'duplicates', new.url
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = new.url); END""",
    """CREATE TRIGGER internal_duplicates_gone AFTER DELETE ON duplicates
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'duplicates' AND key = old.url;
      DELETE FROM internal_rows_to_hash WHERE tab = 'duplicates' AND key = old.url; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'duplicates', duplicates.url FROM duplicates",
    """CREATE TRIGGER internal_tombstones_new AFTER INSERT ON tombstones
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'tombstones', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = new.id); END""",
    """CREATE TRIGGER internal_tombstones_changed AFTER UPDATE ON tombstones
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'tombstones', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = new.id); END""",
    """CREATE TRIGGER internal_tombstones_gone AFTER DELETE ON tombstones
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'tombstones' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'tombstones' AND key = old.id; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'tombstones', tombstones.id FROM tombstones",
    """CREATE TRIGGER internal_split_founders_new AFTER INSERT ON split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'split_founders', new.article || ' ' || new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_split_founders_changed AFTER UPDATE ON split_founders
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'split_founders', new.article || ' ' || new.founder
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'split_founders'
        AND key = new.article || ' ' || new.founder); END""",
    """CREATE TRIGGER internal_split_founders_gone AFTER DELETE ON split_founders
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'split_founders' AND key = old.article || ' ' || old.founder;
      DELETE FROM internal_rows_to_hash WHERE tab = 'split_founders'
        AND key = old.article || ' ' || old.founder; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'split_founders', article || ' ' || founder "
    "FROM split_founders",
    """CREATE TRIGGER internal_near_alone_new AFTER INSERT ON near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_alone_changed AFTER UPDATE ON near_alone
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_alone', hex(new.content_sha256)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_alone'
        AND key = hex(new.content_sha256)); END""",
    """CREATE TRIGGER internal_near_alone_gone AFTER DELETE ON near_alone
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'near_alone' AND key = hex(old.content_sha256);
      DELETE FROM internal_rows_to_hash WHERE tab = 'near_alone' AND key = hex(old.content_sha256); END""",
    "INSERT INTO internal_rows_to_hash SELECT 'near_alone', hex(near_alone.content_sha256) FROM near_alone",
    """CREATE TRIGGER internal_near_decided_new AFTER INSERT ON near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_near_decided_changed AFTER UPDATE ON near_decided
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_decided', hex(new.a) || hex(new.b)
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_decided'
        AND key = hex(new.a) || hex(new.b)); END""",
    """CREATE TRIGGER internal_near_decided_gone AFTER DELETE ON near_decided
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'near_decided' AND key = hex(old.a) || hex(old.b);
      DELETE FROM internal_rows_to_hash WHERE tab = 'near_decided' AND key = hex(old.a) || hex(old.b); END""",
    "INSERT INTO internal_rows_to_hash SELECT 'near_decided', hex(near_decided.a) || hex(near_decided.b) "
    "FROM near_decided",
    """CREATE TRIGGER internal_near_changes_new AFTER INSERT ON near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_changes' AND key = new.id); END""",
    """CREATE TRIGGER internal_near_changes_changed AFTER UPDATE ON near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'near_changes' AND key = new.id); END""",
    """CREATE TRIGGER internal_near_changes_gone AFTER DELETE ON near_changes
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'near_changes' AND key = old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'near_changes' AND key = old.id; END""",
    "INSERT INTO internal_rows_to_hash SELECT 'near_changes', near_changes.id FROM near_changes",
)
"""Migration 0024. URLs, runs, decisions, captures and tombstones get hashes as articles have: see `archive.row_hash`.
"""

KEYS_FOUND_BY_INDEX = (
    "DROP TRIGGER internal_urls_new",
    "DROP TRIGGER internal_urls_changed",
    "DROP TRIGGER internal_urls_gone",
    """CREATE TRIGGER internal_urls_new AFTER INSERT ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = +new.seq); END""",
    """CREATE TRIGGER internal_urls_changed AFTER UPDATE ON urls
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'urls', new.seq
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'urls' AND key = +new.seq); END""",
    """CREATE TRIGGER internal_urls_gone AFTER DELETE ON urls
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'urls' AND key = +old.seq;
      DELETE FROM internal_rows_to_hash WHERE tab = 'urls' AND key = +old.seq; END""",
    "DROP TRIGGER internal_runs_new",
    "DROP TRIGGER internal_runs_changed",
    "DROP TRIGGER internal_runs_gone",
    """CREATE TRIGGER internal_runs_new AFTER INSERT ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = +new.id); END""",
    """CREATE TRIGGER internal_runs_changed AFTER UPDATE ON runs
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'runs', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'runs' AND key = +new.id); END""",
    """CREATE TRIGGER internal_runs_gone AFTER DELETE ON runs
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'runs' AND key = +old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'runs' AND key = +old.id; END""",
    "DROP TRIGGER internal_rebuilds_new",
    "DROP TRIGGER internal_rebuilds_changed",
    "DROP TRIGGER internal_rebuilds_gone",
    """CREATE TRIGGER internal_rebuilds_new AFTER INSERT ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = +new.id); END""",
    """CREATE TRIGGER internal_rebuilds_changed AFTER UPDATE ON rebuilds
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'rebuilds', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = +new.id); END""",
    """CREATE TRIGGER internal_rebuilds_gone AFTER DELETE ON rebuilds
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'rebuilds' AND key = +old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'rebuilds' AND key = +old.id; END""",
    "DROP TRIGGER internal_captures_new",
    "DROP TRIGGER internal_captures_changed",
    "DROP TRIGGER internal_captures_gone",
    """CREATE TRIGGER internal_captures_new AFTER INSERT ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = +new.n); END""",
    """CREATE TRIGGER internal_captures_changed AFTER UPDATE ON captures
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'captures', new.n
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'captures' AND key = +new.n); END""",
    """CREATE TRIGGER internal_captures_gone AFTER DELETE ON captures
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'captures' AND key = +old.n;
      DELETE FROM internal_rows_to_hash WHERE tab = 'captures' AND key = +old.n; END""",
    "DROP TRIGGER internal_near_changes_new",
    "DROP TRIGGER internal_near_changes_changed",
    "DROP TRIGGER internal_near_changes_gone",
    """CREATE TRIGGER internal_near_changes_new AFTER INSERT ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = +new.id); END""",
    """CREATE TRIGGER internal_near_changes_changed AFTER UPDATE ON internal_near_changes
      BEGIN INSERT INTO internal_rows_to_hash SELECT 'internal_near_changes', new.id
      WHERE NOT EXISTS (SELECT 1 FROM internal_rows_to_hash WHERE tab = 'internal_near_changes'
        AND key = +new.id); END""",
    """CREATE TRIGGER internal_near_changes_gone AFTER DELETE ON internal_near_changes
      BEGIN DELETE FROM internal_row_hashes WHERE tab = 'internal_near_changes' AND key = +old.id;
      DELETE FROM internal_rows_to_hash WHERE tab = 'internal_near_changes' AND key = +old.id; END""",
)
"""Migration 0027. The rows that wait for a hash are found by the index, also if their key is a number.

`key = new.seq` compares a column of type ANY with an INTEGER one. SQLite then converts each key before comparing, so it
read all waiting rows of the table. `+new.seq` has no type, and the key is compared without conversion.
"""
