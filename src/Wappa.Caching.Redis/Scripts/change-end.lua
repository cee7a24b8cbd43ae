if bytes + 0 > tonumber(ARGV[2]) then return false end
local text = revision == now and clock[1] .. format('%06d', clock[2]) or format('%.0f', revision)

-- Behind the first space: when the last forgotten operation was made, then those remembered, oldest first. They are looked for where they
-- stand and copied once: they are long.
local operations, oldest, evicted = '', nil, nil
if space then
  local _, stop, made = find(meta, '^(%d+) .', space + 1)
  if stop then oldest, evicted = stop - 1, made end
end
if id ~= '' then
  local made = ' ' .. id .. ':' .. shown .. ':' .. text
  while oldest and #meta - oldest + 1 + #made > 255 do
    local _, stop, forgotten = find(meta, '^ [^:]*:[^:]*:(%d+)', oldest)
    evicted, oldest = forgotten or evicted, stop and find(meta, ' ', stop + 1, true)
  end
  operations = ' ' .. (evicted or 0) .. (oldest and sub(meta, oldest) or '') .. made
elseif oldest then
  operations = sub(meta, space)
end

-- The first write is one that a server out of memory refuses, and an index that is none: while the record is as it was.
if not meta then call('ZADD', KEYS[2], 0, ARGV[1]) end
ARGV[last + 1] = '$meta'
ARGV[last + 2] = text .. '/' .. bytes .. note .. operations
call('HSET', key, unpack(ARGV, 7, last + 2))
if ttl ~= '' then call('PEXPIRE', key, ttl) end
if ARGV[4] == '1' then return { now, revision, number, call('PTTL', key), call('HGETALL', key) } end
return { now, revision, number }
