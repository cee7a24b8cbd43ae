-- Creates or replaces a whole record: what records.lua does for a single Set, in as few calls as there can be.
-- KEYS  the hash, its index unless that stands apart
-- ARGV  name, bytes of JSON, time to live in ms or '', fields and values by turns, '$meta' and ''
--       (a longer ARGV would be made anew, which is dearer than to send these)
-- reply the revision; null: nothing was done, as the index has to be told first
local call, key = redis.call, KEYS[1]
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local revision, operations, ttl, last = now, '', ARGV[3], #ARGV
local meta = call('HGET', key, '$meta')
if meta then
  local before, rest = string.match(meta, '^(%d+)%S*()')
  before = tonumber(before) or 1
  if before >= now and before <= 9000000000000000 then revision = before + 1 end
  if rest and rest < #meta and string.find(meta, '^ %d+ .', rest) then operations = string.sub(meta, rest) end
end
ARGV[last] = string.format('%d', revision) .. '/' .. ARGV[2] .. operations

-- Most often the fields are those that were there: then they are written over. Whatever stands in the way of that (others, or no memory)
-- goes with the old hash.
if meta then
  if redis.pcall('HSET', key, unpack(ARGV, 4)) == 0 and call('HLEN', key) == (last - 3) / 2 then
    if ttl ~= '' then call('PEXPIRE', key, ttl) else call('PERSIST', key) end
    return revision
  end
  call('DEL', key)
elseif call('EXISTS', key) == 1 then
  call('DEL', key)
elseif KEYS[2] then
  call('ZADD', KEYS[2], 0, ARGV[1]) -- the first write, so that a server out of memory refuses here; it never does at a DEL
else
  return false
end
call('HSET', key, unpack(ARGV, 4))
if ttl ~= '' then call('PEXPIRE', key, ttl) end
return revision
