-- Takes the next moment of the fences' clock.
-- KEYS 1 the fences; ARGV 1 the stripe that remembers the moment, or ''; 3 a moment it must not be before, or ''
local call = redis.call
local clock = call('TIME')
local moment = clock[1] * 1000000 + clock[2]
local last = call('HGET', KEYS[1], 'clock')
if last and last + 1 > moment then moment = last + 1 end
if ARGV[3] ~= '' and tonumber(ARGV[3]) > moment then moment = tonumber(ARGV[3]) end
local stamp = string.format('%016.0f', moment)
local words = { 'HSET', KEYS[1], 'clock', stamp }
if not last then words[5], words[6] = 'since', stamp end
if ARGV[1] ~= '' then words[#words + 1], words[#words + 2] = ARGV[1], stamp end
local done = redis.pcall(unpack(words))
if type(done) == 'table' and done.err then
  -- A removal while the server is out of memory: what the fences do not know they must not be asked about, so they go, and every load
  -- with tags is refused.
  if ARGV[1] == '' or not string.find(done.err, 'OOM', 1, true) then return done end
  call('DEL', KEYS[1])
end
