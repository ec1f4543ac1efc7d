-- The callee was not told who called (RFC 3323), and is not told by the history.
ALTER TABLE call_records ADD COLUMN hides_caller INTEGER NOT NULL DEFAULT 0;
