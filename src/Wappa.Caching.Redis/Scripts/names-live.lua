-- An index lives as long as the longest of its records or longer: by as much again, a day at most, so that a record that is renewed over
-- and over seldom has to renew its index too. It is missing if somebody deleted it, or if it was evicted.
-- left  how many ms the index lives; -2 it was missing, -1 for ever, or nothing has to be done about it
if left ~= -1 then
  if left == -2 and meta then redis.pcall('ZADD', names, 0, ARGV[1]) end
  if ttl == '' then
    if left >= 0 then call('PERSIST', names) end
  elseif left < tonumber(ttl) then
    call('PEXPIRE', names, string.format('%.0f', ttl + math.min(ttl, 86400000)))
  end
end
