-- A key of another service may be the public half of one with which it signs assertions (a JSON Web Key, RFC 7638 members only).
-- Then the digest is that of this text, its thumbprint: to an instance of before it is a key whose secret nobody has.
ALTER TABLE caller_keys ADD COLUMN public_key text CHECK (length(public_key) <= 200);
