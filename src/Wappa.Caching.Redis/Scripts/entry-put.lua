-- Writes an entry. The last part of a script that begins with entry-set.lua or another.
-- ARGV 1 time to live in ms or '', 4 the entry but for its first 15 bytes, 6 where the versions of its tags stand
-- fence is set if it is the result of a load, which beats none; whatever else is written beats the loads under way.
local clock = call('TIME')
local entry = string.format('W1%013.0f', clock[1] * 1000 + math.floor(clock[2] / 1000)) .. ARGV[4]
if ARGV[1] == '' then
  call('SET', KEYS[1], entry)
else
  call('SET', KEYS[1], entry, 'PX', ARGV[1])
end
if versions ~= '' then call('SETRANGE', KEYS[1], ARGV[6], versions) end
