-- Begins entry-put.lua for the result of a load.
-- KEYS the entry, its loads, then (not on a cluster, and with tags) the fences and the versions of its tags
-- ARGV 5 the fence, from 7 on the stripes of the tags
-- reply 0: refused; 1: stored
local call, first, versions = redis.call, 4, ''
local fence = ARGV[5]
local head = call('GETRANGE', KEYS[1], 0, 41)
local floor, high, count = string.match(call('GET', KEYS[2]) or '', '^(%d+) (%d+) (%d+)$')
if not floor or fence < floor or fence > high then return 0 end

-- Another load that began later has read the source later.
local late = #head > 25 and string.sub(head, 1, 2) == 'W1' and string.byte(head, 24) % 4 > 1 and string.sub(head, 27, 42) > fence
if #KEYS > 2 then
  local since = call('HGET', KEYS[3], 'since')
  if not since or since > fence then late = true end
  for i = 7, #ARGV do
    local at = call('HGET', KEYS[3], ARGV[i])
    if at and at > fence then late = true end
  end
end

-- Runs after the entry is written: then nothing can fail any more.
local function over()
  if count - 1 > 0 then
    call('SET', KEYS[2], floor .. ' ' .. high .. ' ' .. (count - 1), 'KEEPTTL')
  else
    call('DEL', KEYS[2])
  end
end

if late then
  over()
  return 0
end
