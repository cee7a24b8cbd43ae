-- Begins entry-beat.lua for a removal.
-- KEYS the entry, its loads
-- reply what was there: nothing, 1 for an entry, for one with tags what stood before its value; 0: a string that is none, and stays
local call = redis.call
local head = call('GETRANGE', KEYS[1], 0, 25)
local loads = call('GET', KEYS[2])
if head ~= '' then
  if #head < 26 or string.sub(head, 1, 2) ~= 'W1' then return 0 end
  if string.byte(head, 24) % 2 == 1 then
    head = call('GETRANGE', KEYS[1], 0, string.byte(head, 25) + 256 * string.byte(head, 26) - 1)
  else
    head = 1
  end
  call('DEL', KEYS[1])
end
