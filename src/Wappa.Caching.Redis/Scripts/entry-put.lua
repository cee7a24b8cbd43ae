-- Writes an entry. The last part of a script that begins with entry-set.lua or another.
-- ARGV 1 time to live in ms or '', 4 the entry with room for what the server knows
-- fence is set if it is the result of a load, which beats none; whatever else is written beats the loads under way.
if ARGV[1] == '' then
  call('SET', KEYS[1], ARGV[4])
else
  call('SET', KEYS[1], ARGV[4], 'PX', ARGV[1])
end
local clock = call('TIME')
local now = string.format('%014.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
call('SETRANGE', KEYS[1], 4, now .. now)
if versions ~= '' then call('SETRANGE', KEYS[1], 92, versions) end
