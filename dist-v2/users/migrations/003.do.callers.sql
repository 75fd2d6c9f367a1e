-- Other services, and the keys with which they authenticate: two at most, so that one can be replaced while the other works.
-- Of a key only the SHA-256 digest of its secret is here (base64url).
CREATE TABLE callers (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  scopes        text[] NOT NULL,
  data_prefix   text NOT NULL DEFAULT '' CHECK (length(data_prefix) <= 64),
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE caller_keys (
  id            text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  caller_id     integer NOT NULL REFERENCES callers ON DELETE CASCADE,
  place         smallint NOT NULL CHECK (place IN (1, 2)),
  digest        text NOT NULL CHECK (length(digest) = 43),
  created_at    timestamptz NOT NULL DEFAULT now(),
  last_used_at  timestamptz,
  UNIQUE (caller_id, place)
);
