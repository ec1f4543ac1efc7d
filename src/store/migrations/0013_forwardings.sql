-- Where a person's calls go. Without a row: to their own phones alone.
CREATE TABLE forwardings (
  extension      TEXT PRIMARY KEY,
  always         TEXT NOT NULL,     -- extensions; empty: none
  busy           TEXT NOT NULL,
  no_answer      TEXT NOT NULL,
  unreachable    TEXT NOT NULL,
  ring_seconds   INTEGER NOT NULL,  -- before no_answer
  do_not_disturb INTEGER NOT NULL CHECK (do_not_disturb IN (0, 1))
) STRICT, WITHOUT ROWID;
