-- Enters a load. After entry-clock.lua, or on a cluster alone, with a moment taken before.
-- KEYS the last one: the loads of the entry; ARGV 2 the longest load in ms
-- reply the fence; below 0: the moment is too old here, take one from that (without its sign) on
local loads = KEYS[#KEYS]
local floor, high, count = string.match(call('GET', loads) or '', '^(%d+) (%d+) (%d+)$')
if floor and stamp < floor then return -tonumber(floor) end
if not floor then floor, high, count = stamp, stamp, 0 end
if stamp > high then high = stamp end
call('SET', loads, floor .. ' ' .. high .. ' ' .. (count + 1), 'PX', ARGV[2])
return tonumber(stamp)
