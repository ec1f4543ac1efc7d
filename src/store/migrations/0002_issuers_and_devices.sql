-- People of several issuers, and devices that can be listed and removed.
--
-- SQLite can't drop a UNIQUE of a table, so users is built anew. The tables that refer to it are
-- built anew as well and dropped first: then no row is ever without its parent, and foreign keys
-- may stay on. (They can't be switched off inside a transaction.)

CREATE TABLE new_users (
  id            INTEGER PRIMARY KEY,
  issuer        TEXT NOT NULL,         -- empty: the built-in provider
  subject       TEXT NOT NULL,
  username      TEXT NOT NULL,
  display_name  TEXT NOT NULL,
  unit          TEXT NOT NULL,
  extension     TEXT NOT NULL UNIQUE,  -- a disabled user keeps it
  password_hash TEXT NOT NULL,         -- empty: no sign-in by password
  enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_at    INTEGER NOT NULL,      -- Unix seconds; 0: before version 2
  UNIQUE (issuer, subject)
) STRICT;
INSERT INTO new_users
  SELECT id, issuer, subject, username, display_name, unit, extension, password_hash, enabled, 0
  FROM users;

-- AUTOINCREMENT: an id is never given twice, so that a late "remove" never hits another device.
CREATE TABLE new_device_credentials (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    INTEGER NOT NULL REFERENCES new_users (id),
  username   TEXT NOT NULL UNIQUE,     -- what the desk phone signs in as
  label      TEXT NOT NULL,            -- what its owner calls it
  algorithm  TEXT NOT NULL CHECK (algorithm IN ('SHA-256', 'MD5')),  -- to challenge it with
  ha1_md5    TEXT NOT NULL,
  ha1_sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL          -- Unix seconds; 0: before version 2
) STRICT;
INSERT INTO new_device_credentials
    (user_id, username, label, algorithm, ha1_md5, ha1_sha256, created_at)
  SELECT user_id, username, username, CASE ha1_sha256 WHEN '' THEN 'MD5' ELSE 'SHA-256' END,
         ha1_md5, ha1_sha256, 0
  FROM device_credentials ORDER BY username;

CREATE TABLE new_refresh_tokens (
  hash         TEXT PRIMARY KEY,       -- SHA-256 of the token
  family       TEXT NOT NULL,
  user_id      INTEGER NOT NULL REFERENCES new_users (id),
  issuer       TEXT NOT NULL,
  signed_in_at INTEGER NOT NULL,       -- Unix seconds
  expires_at   INTEGER NOT NULL,       -- Unix seconds
  used         INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT INTO new_refresh_tokens
  SELECT hash, family, user_id, issuer, signed_in_at, expires_at, used FROM refresh_tokens;

DROP TABLE refresh_tokens;
DROP TABLE device_credentials;
DROP TABLE users;

-- Renaming carries the references of the other two along.
ALTER TABLE new_users RENAME TO users;
ALTER TABLE new_device_credentials RENAME TO device_credentials;
ALTER TABLE new_refresh_tokens RENAME TO refresh_tokens;

-- The built-in provider finds people by name. Another issuer's names may repeat: who was deleted
-- there and made anew has another subject and the old name (OpenID Connect Core §5.7).
CREATE UNIQUE INDEX users_by_built_in_name ON users (username) WHERE issuer = '';
CREATE INDEX device_credentials_by_user ON device_credentials (user_id);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
