-- Takes names out of an index whose records are missing.
-- KEYS the index, then the record of each name; ARGV the names
for i = 1, #ARGV do
  if redis.call('EXISTS', KEYS[i + 1]) == 0 then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
