-- Codecs of one desk phone, best first: "pcma,opus"; empty: those of all desk phones.
ALTER TABLE device_credentials ADD COLUMN codecs TEXT NOT NULL DEFAULT '';
-- Which desk phone signed in with it: its user name; empty for pages, and before this version.
ALTER TABLE bindings ADD COLUMN device TEXT NOT NULL DEFAULT '';
