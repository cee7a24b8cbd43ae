-- Writes a record's metadata once more as it is, so that a WAIT behind this also counts for what was written before on other connections.
-- KEYS the hash
local meta = redis.call('HGET', KEYS[1], '$meta')
if meta then redis.call('HSET', KEYS[1], '$meta', meta) end
return 1
