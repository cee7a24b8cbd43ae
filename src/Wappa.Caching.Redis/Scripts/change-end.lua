if bytes + 0 > tonumber(ARGV[2]) then return false end
local text = string.format('%.0f', revision)

if id ~= '' then
  local evicted, others = match(operations, '^ (%d+)( .+)$')
  if not evicted then evicted, others = '0', '' end
  if find(others, '=', 1, true) then others = gsub(others, ':[%w_.-]+=%d+$', '') end
  operations = others .. ' ' .. id .. ':' .. string.format('%.0f', number) .. ':' .. text
  local oldest, rest = match(operations, '^ [^:]*:[^:]*:(%d+)( [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+)$')
  if oldest then evicted, operations = oldest, rest end
  operations = ' ' .. evicted .. operations .. note
elseif operations ~= '' and not find(operations, '^ %d+ .') then
  operations = ''
end

-- The first write is one that a server out of memory refuses, and an index that is none: while the record is as it was.
if not meta then call('ZADD', KEYS[2], 0, ARGV[1]) end
ARGV[last + 1] = '$meta'
ARGV[last + 2] = text .. '/' .. bytes .. operations
call('HSET', key, unpack(ARGV, 7, last + 2))
if ttl ~= '' then call('PEXPIRE', key, ttl) end
if ARGV[4] == '1' then return { now, revision, number, call('PTTL', key), call('HGETALL', key) } end
return { now, revision, number }
