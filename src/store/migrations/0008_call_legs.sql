-- Who took part in a call, how they came to it and what became of it for them: a row for each stay
-- of one phone. One index walk finds all calls of a person.
--
-- A person who was dialled while no phone of theirs took part has a row without a leg, and so have
-- both sides of each call from before this table.
CREATE TABLE call_legs (
  call     INTEGER NOT NULL REFERENCES call_records (id) ON DELETE CASCADE,
  place    INTEGER NOT NULL,           -- 0, 1, 2, … in the order in which they began
  leg      INTEGER,                    -- 64 bits of ours, below zero where the topmost is set
  person   TEXT NOT NULL,              -- extension
  role     TEXT NOT NULL CHECK (role IN ('caller', 'callee')),
  why      TEXT NOT NULL,              -- 'placed', 'rung', 'transferred'; 'dialled' without a leg
  began_at INTEGER NOT NULL,           -- Unix seconds
  ended_at INTEGER NOT NULL,           -- Unix seconds
  outcome  TEXT NOT NULL,
  PRIMARY KEY (call, place)
) STRICT, WITHOUT ROWID;

INSERT INTO call_legs
  SELECT id, 0, NULL, caller, 'caller', 'placed', started_at,
         started_at + max(duration_ms, 0) / 1000, outcome
  FROM call_records;
-- What never reached the callee is none of their calls.
INSERT INTO call_legs
  SELECT id, 1, NULL, callee, 'callee', 'dialled', started_at,
         started_at + max(duration_ms, 0) / 1000, outcome
  FROM call_records
  WHERE callee <> caller AND callee IN (SELECT extension FROM users)
    AND outcome NOT IN ('already_calling', 'too_many_calls', 'self_call', 'unknown_number');

CREATE INDEX call_legs_by_person ON call_legs (person, call);
DROP INDEX call_records_by_caller;
DROP INDEX call_records_by_callee;
