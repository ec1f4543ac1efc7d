-- How the sound of a phone got through, as directory::LineQuality writes it; empty where nobody could tell.
ALTER TABLE call_legs ADD COLUMN quality TEXT NOT NULL DEFAULT '';
