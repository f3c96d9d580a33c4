import type { Migration } from "../../store/migrate.ts";

/** The tables of the cache, step by step. A step that was released is never changed. */
export const CACHE_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "entries",
    sql: `CREATE TABLE cache_entries (
  key TEXT PRIMARY KEY, tenant TEXT NOT NULL, workload TEXT NOT NULL, model TEXT NOT NULL, form TEXT NOT NULL,
  content_type TEXT NOT NULL, usage TEXT NOT NULL, finish TEXT, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER NOT NULL, bytes INTEGER NOT NULL, seal BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX cache_entries_by_use ON cache_entries (used_at, key, bytes);
CREATE INDEX cache_entries_by_expiry ON cache_entries (expires_at);
CREATE INDEX cache_entries_by_workload ON cache_entries (tenant, workload);
CREATE TABLE cache_totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
INSERT INTO cache_totals VALUES (0, 0);
CREATE TRIGGER cache_entries_in AFTER INSERT ON cache_entries
  BEGIN UPDATE cache_totals SET entries = entries + 1, bytes = bytes + new.bytes; END;
CREATE TRIGGER cache_entries_out AFTER DELETE ON cache_entries
  BEGIN UPDATE cache_totals SET entries = entries - 1, bytes = bytes - old.bytes; END;`,
  },
  {
    number: 2,
    name: "segments",
    sql: `DROP TABLE cache_entries;
DROP TABLE cache_totals;
CREATE TABLE cache_segments (
  id INTEGER PRIMARY KEY, expires_at INTEGER NOT NULL, bytes INTEGER NOT NULL, keys BLOB NOT NULL, heads TEXT NOT NULL,
  seal BLOB NOT NULL, bodies BLOB NOT NULL
) STRICT;`,
  },
  {
    number: 3,
    name: "compressed segments",
    sql: `DELETE FROM cache_segments;
ALTER TABLE cache_segments ADD COLUMN size INTEGER NOT NULL DEFAULT 0;`,
  },
];
