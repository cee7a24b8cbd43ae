-- Takes names out of the index of a table on a cluster, if they were announced long enough ago that no creation under way relies on them.
-- KEYS the index; ARGV how many microseconds ago that is, then the names
local clock = redis.call('TIME')
local oldest = clock[1] * 1000000 + clock[2] - ARGV[1]
for i = 2, #ARGV do
  local announced = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if announced and tonumber(announced) < oldest then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
