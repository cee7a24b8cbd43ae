-- Creates or replaces a whole record: what records.lua does for a single Set, in as few calls as there can be. Ends with names-*.lua.
-- KEYS  the hash, its index unless that stands apart
-- ARGV  name, bytes of JSON, time to live in ms or '', fields and values by turns, '$meta' and ''
--       (a longer ARGV would be made anew, which is dearer than to send these)
-- reply the revision; null: nothing was done, as the index has to be told first
local call, key, names = redis.call, KEYS[1], KEYS[2]
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local revision, operations, ttl, last = now, '', ARGV[3], #ARGV
local meta = call('HGET', key, '$meta')
if meta then
  local before, rest = string.match(meta, '^(%d+)%S*()')
  before = tonumber(before) or 1
  if before >= now and before <= 9000000000000000 then revision = before + 1 end
  if rest and rest < #meta and string.find(meta, '^ %d+ .', rest) then operations = string.sub(meta, rest) end
elseif not names then
  return false
end
ARGV[last] = string.format('%d', revision) .. '/' .. ARGV[2] .. operations

-- A hash without metadata was made by hand, and its name is not in the index.
local left = -1
if not meta then
  left = call('PTTL', names)
  call('ZADD', names, 0, ARGV[1]) -- the first write, so that a server out of memory refuses here; it never does at a DEL
end

-- Most often the fields are those that were there: then they are written over. Whatever stands in the way of that (others, or no memory)
-- goes with the old hash.
if meta and redis.pcall('HSET', key, unpack(ARGV, 4)) == 0 and call('HLEN', key) == (last - 3) / 2 then
  if ttl ~= '' then
    call('PEXPIRE', key, ttl)
  elseif call('PERSIST', key) == 0 then
    return revision
  end
else
  call('DEL', key)
  call('HSET', key, unpack(ARGV, 4))
  if ttl ~= '' then call('PEXPIRE', key, ttl) end
end
if meta and names then left = call('PTTL', names) end
