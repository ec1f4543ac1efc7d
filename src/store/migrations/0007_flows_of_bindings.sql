-- Two flows of one phone (RFC 5626), or phones behind two routers, may have the same Contact URI:
-- instance and reg-id tell them apart. SQLite can't change a primary key, so the table is built anew.

CREATE TABLE new_bindings (
  extension   TEXT NOT NULL,
  contact_uri TEXT NOT NULL,
  instance    TEXT NOT NULL,           -- empty: the phone says none
  reg_id      INTEGER NOT NULL,        -- 0: the phone says none
  call_id     TEXT NOT NULL,
  cseq        INTEGER NOT NULL,
  transport   TEXT NOT NULL,
  remote      TEXT NOT NULL,
  local       TEXT NOT NULL,           -- which of our own addresses it uses; may be empty
  user_agent  TEXT NOT NULL,
  path        TEXT NOT NULL,           -- proxies between us and it (RFC 3327); may be empty
  expires_at  INTEGER NOT NULL,        -- Unix seconds
  PRIMARY KEY (extension, contact_uri, instance, reg_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_bindings
  SELECT extension, contact_uri, instance, reg_id, call_id, cseq, transport, remote, local,
         user_agent, path, expires_at
  FROM bindings;
DROP TABLE bindings;
ALTER TABLE new_bindings RENAME TO bindings;
