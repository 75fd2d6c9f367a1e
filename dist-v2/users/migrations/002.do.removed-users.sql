-- Ids of accounts that were removed: none is ever given again, also not to an account with a fixed id. Sessions, histories and whatever
-- other services keep go by the id. The identity of users never goes back by itself.
CREATE TABLE removed_users (
  id            integer PRIMARY KEY,
  removed_at    timestamptz NOT NULL DEFAULT now()
);
