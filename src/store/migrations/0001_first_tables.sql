CREATE TABLE users (
  id            INTEGER PRIMARY KEY,
  issuer        TEXT NOT NULL,         -- empty: the built-in provider
  subject       TEXT NOT NULL,
  username      TEXT NOT NULL UNIQUE,
  display_name  TEXT NOT NULL,
  unit          TEXT NOT NULL,
  extension     TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,         -- empty: no sign-in by password
  enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE device_credentials (
  username   TEXT PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id),
  ha1_md5    TEXT NOT NULL,
  ha1_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX device_credentials_by_user ON device_credentials (user_id);

CREATE TABLE bindings (
  extension   TEXT NOT NULL,
  contact_uri TEXT NOT NULL,
  instance    TEXT NOT NULL,
  reg_id      INTEGER NOT NULL,
  call_id     TEXT NOT NULL,
  cseq        INTEGER NOT NULL,
  transport   TEXT NOT NULL,
  remote      TEXT NOT NULL,
  user_agent  TEXT NOT NULL,
  expires_at  INTEGER NOT NULL,        -- Unix seconds
  PRIMARY KEY (extension, contact_uri)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: an id is never given twice, so that a page of the history never changes.
CREATE TABLE call_records (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  call_id     TEXT NOT NULL UNIQUE,
  caller      TEXT NOT NULL,
  callee      TEXT NOT NULL,
  started_at  INTEGER NOT NULL,        -- Unix seconds
  duration_ms INTEGER NOT NULL,        -- -1: not answered
  outcome     TEXT NOT NULL
) STRICT;
CREATE INDEX call_records_by_caller ON call_records (caller, id);
CREATE INDEX call_records_by_callee ON call_records (callee, id);

CREATE TABLE refresh_tokens (
  hash         TEXT PRIMARY KEY,       -- SHA-256 of the token
  family       TEXT NOT NULL,
  user_id      INTEGER NOT NULL REFERENCES users (id),
  issuer       TEXT NOT NULL,
  signed_in_at INTEGER NOT NULL,       -- Unix seconds
  expires_at   INTEGER NOT NULL,       -- Unix seconds
  used         INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);
