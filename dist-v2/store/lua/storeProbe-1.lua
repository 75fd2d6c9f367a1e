-- Whether this Redis takes writes: refused on a read-only replica, while loading, without its required replicas.
--   Flags: allow-oom
--   KEYS[1]  any key of the node that is asked; not touched
--   Reply    1

return 1
