-- The plan of routes, one row for each time that one was applied; the greatest number is in force.
CREATE TABLE plan_versions (
  number     INTEGER PRIMARY KEY CHECK (number > 0),
  applied_at INTEGER NOT NULL,            -- Unix seconds
  applied_by TEXT NOT NULL,               -- for people to read
  comment    TEXT NOT NULL,
  restores   INTEGER NOT NULL DEFAULT 0,  -- the older version that was applied again; 0: none
  bytes      INTEGER NOT NULL,            -- of the document
  document   TEXT NOT NULL                -- JSON in its canonical form
) STRICT;
