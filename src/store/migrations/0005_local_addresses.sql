-- Which of our own addresses a phone uses: "192.0.2.7:5060"; empty where nobody has noted it yet.
ALTER TABLE bindings ADD COLUMN local TEXT NOT NULL DEFAULT '';
