-- Creates or replaces a whole record: what records.lua does for a single Set, in as few calls as there can be.
-- KEYS  the hash, its index unless that stands apart
-- ARGV  name, bytes of JSON, time to live in ms or '', fields and values by turns, '$meta' and ''
--       (a longer ARGV would be made anew, which is dearer than to send these)
-- reply the revision; null: nothing was done, as the index has to be told first
local call, key = redis.call, KEYS[1]
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local revision, operations = now, ''
local meta = call('HGET', key, '$meta')
if meta then
  local before, rest = string.match(meta, '^(%d+)%S*()')
  before = tonumber(before) or 1
  if before >= revision and before <= 9000000000000000 then revision = before + 1 end
  if rest and rest < #meta and string.find(meta, '^ %d+ .', rest) then operations = string.sub(meta, rest) end
  call('DEL', key)
elseif call('EXISTS', key) == 1 then
  call('DEL', key)
elseif KEYS[2] then
  call('ZADD', KEYS[2], 0, ARGV[1]) -- the first write, so that a server out of memory refuses here; it never does at a DEL
else
  return false
end
ARGV[#ARGV] = string.format('%d', revision) .. '/' .. ARGV[2] .. operations
call('HSET', key, unpack(ARGV, 4))
if ARGV[3] ~= '' then call('PEXPIRE', key, ARGV[3]) end
return revision
