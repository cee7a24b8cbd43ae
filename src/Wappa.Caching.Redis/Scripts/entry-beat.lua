-- Refuses the loads of an entry that are under way: none up to the latest fence counts any more.
-- The floor stays for as long as loads may take, since on a cluster a load with an earlier fence may still be entered.
-- KEYS 2 the loads, which were read before the first write. reply 1
if loads then
  local high = string.match(loads, '^%d+ (%d+) %d+$') or '0'
  local beaten = string.format('%016.0f', high + 1) .. ' ' .. high .. ' 0'
  local done = redis.pcall('SET', KEYS[2], beaten, 'KEEPTTL')
  if type(done) == 'table' and done.err then call('DEL', KEYS[2]) end -- out of memory: who is not entered is refused too
end
