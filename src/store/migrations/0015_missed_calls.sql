-- Whether a person missed a call: marked at the first of their stays in it.
ALTER TABLE call_legs ADD COLUMN missed INTEGER NOT NULL DEFAULT 0 CHECK (missed IN (0, 1));
CREATE INDEX call_legs_missed ON call_legs (person, call) WHERE missed = 1;

-- As directory::is_missed() judges it.
UPDATE call_legs SET missed = 1 WHERE (call, place) IN
  (SELECT l.call, min(l.place)
   FROM call_legs l JOIN call_records r ON r.id = l.call
   WHERE l.person <> r.caller
   GROUP BY l.call, l.person
   HAVING max(l.outcome IN ('answered', 'transferred', 'elsewhere', 'forwarded')
              OR (r.duration_ms >= 0 AND l.outcome = r.outcome)) = 0
      AND NOT (max(l.outcome = 'declined')
               AND (r.outcome = 'declined' OR max(l.outcome = r.outcome) = 0)));

-- How far each has looked: missed calls up to this one have been seen. Without a row: none has.
CREATE TABLE seen_calls (
  person TEXT PRIMARY KEY,             -- extension
  until  INTEGER NOT NULL              -- id of a call, which may be gone
) STRICT, WITHOUT ROWID;

-- Nobody comes back to calls of long ago as if they were new.
INSERT INTO seen_calls SELECT person, max(call) FROM call_legs GROUP BY person;
