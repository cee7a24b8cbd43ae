-- Creates or replaces a whole record: what records.lua does for a single Set, in as few calls as there can be.
-- KEYS  the hash, its index
-- ARGV  name, time to live in ms or '', fields and values by turns
-- reply the revision
local call = redis.call
local clock = call('TIME')
local revision = clock[1] * 1000000 + clock[2]
local meta, rest = call('HGET', KEYS[1], '$meta'), ''
if meta then
  local before, operations = string.match(meta, '^(%d+)(.*)$')
  before = tonumber(before) or 1
  if before >= revision and before <= 9000000000000000 then revision = before + 1 end
  if operations and string.find(operations, '^ %d+ .') then rest = operations end
  call('DEL', KEYS[1])
elseif call('EXISTS', KEYS[1]) == 1 then
  call('DEL', KEYS[1])
else
  call('ZADD', KEYS[2], 0, ARGV[1]) -- the first write, so that a server out of memory refuses here; it never does at a DEL
end
local last = #ARGV
ARGV[last + 1] = '$meta'
ARGV[last + 2] = string.format('%.0f', revision) .. rest
call('HSET', KEYS[1], unpack(ARGV, 3))
if ARGV[2] ~= '' then call('PEXPIRE', KEYS[1], ARGV[2]) end
return revision
