-- What a person of the built-in provider may do: their tokens say it. For other issuers' people
-- the issuer says it, and this means nothing.
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'user'
  CHECK (role IN ('user', 'supervisor', 'operator', 'admin'));
