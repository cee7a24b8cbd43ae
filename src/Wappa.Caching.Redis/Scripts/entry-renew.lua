-- Gives an entry a new time to live, if it is still the one that was looked at.
-- KEYS the entry; ARGV its id, the time to live in ms, a new id and the time to live as they stand in the metadata
local call = redis.call
if call('GETRANGE', KEYS[1], 32, 39) ~= ARGV[1] then return 0 end
local clock = call('TIME')
local now = string.format('%014.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
call('SETRANGE', KEYS[1], 18, now .. ARGV[3])
return call('PEXPIRE', KEYS[1], ARGV[2])
