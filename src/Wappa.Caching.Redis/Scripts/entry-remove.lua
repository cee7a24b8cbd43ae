-- Begins entry-beat.lua for a removal.
-- KEYS the entry, its loads
-- reply what was there: nothing, its metadata if it has tags, 0 if it is no entry
local call = redis.call
local head = call('GETRANGE', KEYS[1], 0, 91)
if head ~= '' and string.sub(head, 1, 4) ~= 'We1\0' then return 0 end
if head ~= '' then
  if string.sub(head, 81, 84) ~= '0000' then head = call('GETRANGE', KEYS[1], 0, string.sub(head, 85, 92) - 1) end
  call('DEL', KEYS[1])
end
