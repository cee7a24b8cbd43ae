-- Renews an entry that was read, if it is still that one.
-- KEYS the entry; ARGV its id, the sliding time to live in ms, the end of its life in ms of the clock or ''
local call = redis.call
if call('GETRANGE', KEYS[1], 15, 22) ~= ARGV[1] then return 0 end
local ttl = tonumber(ARGV[2])
if ARGV[3] ~= '' then
  local clock = call('TIME')
  ttl = math.min(ttl, ARGV[3] - clock[1] * 1000 - math.floor(clock[2] / 1000))
end
return call('PEXPIRE', KEYS[1], string.format('%.0f', ttl))
