-- Gives an entry a new time to live, if it is still the one that was looked at.
-- KEYS the entry; ARGV its id, the time to live in ms, where its value begins, what shall stand before that instead, in two parts: the
-- instant goes between
local call = redis.call
if call('GETRANGE', KEYS[1], 15, 22) ~= ARGV[1] then return 0 end
local clock = call('TIME')
local now = string.format('%013.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
call('SET', KEYS[1], ARGV[4] .. now .. ARGV[5] .. call('GETRANGE', KEYS[1], ARGV[3], -1), 'PX', ARGV[2])
return 1
