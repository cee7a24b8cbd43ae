-- Removes an entry that has lost a tag, if it is still that one. It beats no loads: it was gone before.
-- KEYS the entry; ARGV its id
if redis.call('GETRANGE', KEYS[1], 15, 22) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
