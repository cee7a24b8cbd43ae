-- Begins entry-put.lua for an entry that must not be there yet.
-- KEYS as of entry-set.lua
-- ARGV 5 the id of an entry that is there and has lost a tag, or ''
-- reply 0: there is one; 2: there is one with tags, which may have lost them; 1: created
local call, first, versions = redis.call, 3, ''
local head = call('GETRANGE', KEYS[1], 0, 25)
local loads = call('GET', KEYS[2])
if #head == 26 and string.sub(head, 1, 2) == 'W1' and string.sub(head, 16, 23) ~= ARGV[5] then
  if string.byte(head, 24) % 2 == 0 then return 0 end
  return 2
end
