-- How often a switchboard has started on this store: its number stands in the ids of its calls.
CREATE TABLE starts (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL              -- of the latest start, 24 bits
) STRICT;
INSERT INTO starts VALUES (1, 0);
