if bytes + 0 > tonumber(ARGV[2]) then return false end
local text = format('%d', revision)

-- The operations are looked for where they stand and copied once: they are long.
local after = text .. '/' .. bytes .. note
if oldest and byte(meta, oldest) ~= 32 then evicted, oldest = 0, nil end
if id ~= '' then
  local made = ' ' .. id .. ':' .. shown .. ':' .. text
  while oldest and #meta - oldest + 1 + #made > 255 do
    local forgotten, next = match(meta, '^ [^:]*:[^:]*:(%d+)()', oldest)
    evicted, oldest = forgotten or evicted, next and byte(meta, next) == 32 and next
  end
  after = after .. ' ' .. evicted .. (oldest and sub(meta, oldest) or '') .. made
elseif oldest then
  after = after .. ' ' .. evicted .. sub(meta, oldest)
end

-- The first write is one that a server out of memory refuses, and an index that is none: while the record is as it was.
local left = -1
if not meta then
  left = call('PTTL', names)
  call('ZADD', names, 0, ARGV[1])
end
if last == 8 then
  call('HSET', key, ARGV[7], ARGV[8], '$meta', after) -- a longer ARGV would be made anew, which is dearer than the rest of this
else
  ARGV[last + 1], ARGV[last + 2] = '$meta', after
  call('HSET', key, unpack(ARGV, 7, last + 2))
end
if ttl ~= '' then
  call('PEXPIRE', key, ttl)
  if meta and names then left = call('PTTL', names) end
end
