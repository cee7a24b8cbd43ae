-- Creates or replaces a whole record: what records.lua does for a single Set, in as few calls as there can be.
-- KEYS  the hash, its index unless that stands apart
-- ARGV  name, bytes of JSON, time to live in ms or '', fields and values by turns
-- reply the revision; null: nothing was done, as the index has to be told first
local call, find, key = redis.call, string.find, KEYS[1]
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local revision, operations = now, ''
local meta = call('HGET', key, '$meta')
if meta then
  local before = tonumber(string.match(meta, '^%d+')) or 1
  if before >= revision and before <= 9000000000000000 then revision = before + 1 end
  local space = find(meta, ' ', 1, true)
  if space and find(meta, '^%d+ .', space + 1) then operations = string.sub(meta, space) end
  call('DEL', key)
elseif call('EXISTS', key) == 1 then
  call('DEL', key)
elseif KEYS[2] then
  call('ZADD', KEYS[2], 0, ARGV[1]) -- the first write, so that a server out of memory refuses here; it never does at a DEL
else
  return false
end
local text = revision == now and clock[1] .. string.format('%06d', clock[2]) or string.format('%.0f', revision)
local last, ttl = #ARGV, ARGV[3]
ARGV[last + 1] = '$meta'
ARGV[last + 2] = text .. '/' .. ARGV[2] .. operations
call('HSET', key, unpack(ARGV, 4))
if ttl ~= '' then call('PEXPIRE', key, ttl) end
return revision
