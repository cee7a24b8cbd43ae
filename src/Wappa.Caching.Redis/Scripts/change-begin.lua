-- One change of one record, the way records.lua makes it, in as few calls as there can be: this, then the change, then
-- change-end.lua, names-*.lua and change-reply.lua.
-- What is rare is left to records.lua, before anything is written.
--
-- KEYS  the hash, its index unless that stands apart
-- ARGV  name, max bytes, operation id or '' (then the field is not looked at), '1' to be answered with the record, time to live in ms or '',
--       the same if the record is created, fields and values by turns; of an append how many items stay, or 0
-- reply now, revision, number; and if asked for remaining ms (-1 no expiry), fields and values by turns. Null: nothing was done.

local call, format = redis.call, string.format
local find, match, sub, gsub, byte = string.find, string.match, string.sub, string.gsub, string.byte
local key, names, id, ttl = KEYS[1], KEYS[2], ARGV[3], ARGV[5]
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]

local meta, value
if id == '' then
  meta = call('HGET', key, '$meta')
else
  local stored = call('HMGET', key, '$meta', ARGV[7])
  meta, value = stored[1], stored[2]

  -- Made already: a network that delivers late has brought the first sending after its repetition. records.lua knows what to say.
  if meta and find(meta, ' ' .. id .. ':', 1, true) then return false end
end

-- The bytes in the metadata are never below the size of the document, and nearly always say enough.
-- Behind the first space: when the last forgotten operation was made, then those remembered, oldest first.
local bytes, revision, evicted, oldest = 2, now, 0, nil
if meta then
  local before
  before, bytes, evicted, oldest = match(meta, '^(%d+)/(%d+)%S* ?(%d*)()')
  if not before then return false end
  before = tonumber(before)
  if before >= now then
    if before > 9000000000000000 then return false end
    revision = before + 1
  end
elseif value or not names or call('EXISTS', key) == 1 then
  return false
else
  ttl = ARGV[6]
end

local number, shown, last, note = 0, '', #ARGV, ''
