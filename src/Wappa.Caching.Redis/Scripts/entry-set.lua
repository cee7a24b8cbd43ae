-- Begins entry-put.lua for a plain write.
-- KEYS the entry, its loads, then (not on a cluster) the versions of its tags
local call, first, versions = redis.call, 3, ''
call('GETRANGE', KEYS[1], 0, 0) -- another type is somebody else's: it ends here, before the first write
local loads = call('GET', KEYS[2])
