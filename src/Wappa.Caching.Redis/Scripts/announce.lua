-- Enters the name of a table row that is about to be created on a cluster; its row lives in another slot.
-- KEYS the index; ARGV the name. Reply: the microseconds of the announcement.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
return now
