-- Takes a lock that nobody holds and gives it a number above all it had before.
-- KEYS the lock, its number; ARGV the owner, how long it is held in ms
-- reply the number; below 0: somebody holds it, for so many ms at most
local call = redis.call
local holder = call('GET', KEYS[1])
local last = tonumber(call('GET', KEYS[2]) or '') or 0
if holder == ARGV[1] then return last end -- the reply to its taking was lost
if holder then
  local left = call('PTTL', KEYS[1])
  return -(left < 0 and 1000 or math.max(1, left)) -- no lock of ours stands for good
end
local clock = call('TIME')
local number = math.max(last + 1, clock[1] * 1000000 + clock[2])
call('SET', KEYS[2], string.format('%.0f', number), 'PX', string.format('%.0f', ARGV[2] + 86400000))
call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return number
