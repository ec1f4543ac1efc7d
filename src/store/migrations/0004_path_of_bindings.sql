-- Proxies between us and a phone (RFC 3327): the Route of what is sent to it.
ALTER TABLE bindings ADD COLUMN path TEXT NOT NULL DEFAULT '';
