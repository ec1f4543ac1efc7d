-- Who hides from others, and who sent whom on to whom: extensions; empty: nobody.
ALTER TABLE call_legs ADD COLUMN hides INTEGER NOT NULL DEFAULT 0 CHECK (hides IN (0, 1));
ALTER TABLE call_legs ADD COLUMN brought_by TEXT NOT NULL DEFAULT '';  -- into this call
ALTER TABLE call_legs ADD COLUMN sent_by TEXT NOT NULL DEFAULT '';     -- out of it
ALTER TABLE call_legs ADD COLUMN sent_to TEXT NOT NULL DEFAULT '';
-- Whether a person's pages tell of calls that ring at colleagues and that they could pick up.
ALTER TABLE forwardings ADD COLUMN pickup_notices INTEGER NOT NULL DEFAULT 1
  CHECK (pickup_notices IN (0, 1));
