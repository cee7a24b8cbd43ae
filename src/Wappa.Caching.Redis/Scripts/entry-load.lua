-- Begins entry-put.lua for the result of a load.
-- KEYS the entry, its loads, then (not on a cluster, and with tags) the fences and the versions of its tags
-- ARGV 5 the fence, then the stripes of the tags
-- reply 0: refused; 1: stored
local call, first, versions = redis.call, 4, ''
local fence = ARGV[5]
local head = call('GETRANGE', KEYS[1], 0, 91)
local floor, high, count = string.match(call('GET', KEYS[2]) or '', '^(%d+) (%d+) (%d+)$')
if not floor or fence < floor or fence > high then return 0 end
count = count - 1
if count > 0 then
  call('SET', KEYS[2], floor .. ' ' .. high .. ' ' .. count, 'KEEPTTL')
else
  call('DEL', KEYS[2])
end
-- Another load that began later has read the source later.
if string.sub(head, 1, 4) == 'We1\0' and string.sub(head, 65, 80) > fence then return 0 end
if #KEYS > 2 then
  local since = call('HGET', KEYS[3], 'since')
  if not since or since > fence then return 0 end
  for i = 6, #ARGV do
    local at = call('HGET', KEYS[3], ARGV[i])
    if at and at > fence then return 0 end
  end
end
