-- Texts (MESSAGE, RFC 3428) that wait until a phone of their recipient takes them.
CREATE TABLE kept_texts (
  id          INTEGER PRIMARY KEY,  -- 64 bits of ours, below zero where the topmost is set
  recipient   TEXT NOT NULL,        -- extension
  sender      TEXT NOT NULL,        -- extension; empty: who hides
  sender_name TEXT NOT NULL,
  text        TEXT NOT NULL,
  sent_at     INTEGER NOT NULL      -- Unix seconds
) STRICT;
