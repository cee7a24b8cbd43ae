-- The run: read every record, work every step out, write.

local key = 0
for i = 1, tonumber(ARGV[1]) do
  local record = { database = argument(), name = argument(), full = argument() == '1', index = argument() }
  key = key + 1
  record.key, record.changed, record.order, record.removed = KEYS[key], {}, {}, {}
  if record.index == '' then
    key = key + 1
    record.names = KEYS[key]
  end
  load(record)
  records[i] = record
end

-- Looked for at a first sending too: a network that delivers late may bring it after its repetition, out of a connection given up before.
if id ~= '' then
  local record = records[1]
  local at = find(record.operations, ' ' .. id .. ':', 1, true)
  if at then return reply(DUPLICATE, 0, match(record.operations, '([^:]*):', at + #id + 2)) end
  if since and tonumber(record.evicted) > since then return reply(UNKNOWN, 0) end
end

-- Work out.

local step = 0
while position < #ARGV do
  local record = records[tonumber(argument())]
  local status = steps[argument()](record)
  if status ~= OK then return reply(status, step) end
  step = step + 1
end

for _, record in ipairs(records) do
  record.is_new = record.dirty and record.fields and not record.existed
  if record.is_new and record.index ~= '' and now - (tonumber(record.index) or 0) > ANNOUNCED_FOR then
    return reply(UNANNOUNCED, 0)
  end
end

-- Write. The indexes come first: a key of theirs that is none of ours ends the script while every record is as it was.

local function write(record)
  if record.existed and record.wiped then
    if record.ttl then
      call('DEL', record.key)
    else
      for i = 1, #record.before, 2 do
        local field = record.before[i]
        if field ~= META and not record.fields[field] then call('HDEL', record.key, field) end
      end
    end
  end
  local batch = {}
  for _, field in ipairs(record.order) do
    local value = record.fields[field]
    if value then
      batch[#batch + 1] = field
      batch[#batch + 1] = value
      if #batch >= 1000 then
        call('HSET', record.key, unpack(batch))
        batch = {}
      end
    end
  end
  local meta = string.format('%.0f/%d%s', record.revision, record.bound, match(record.meta, '/%d+(/%S+)') or '')
  if record.operations ~= '' then meta = meta .. ' ' .. record.evicted .. record.operations end
  batch[#batch + 1] = META
  batch[#batch + 1] = meta
  call('HSET', record.key, unpack(batch))
  for field in pairs(record.removed) do
    if not record.fields[field] then call('HDEL', record.key, field) end
  end
  if record.ttl == 'none' then
    if record.existed and not record.wiped then call('PERSIST', record.key) end
  elseif record.ttl then
    call('PEXPIRE', record.key, record.ttl)
  end
end

for _, record in ipairs(records) do
  if record.is_new and record.names then
    select(record)
    call('ZADD', record.names, 0, record.name)
  end
end
for _, record in ipairs(records) do
  if record.dirty and record.fields then
    select(record)
    write(record)
  elseif record.gone and not record.fields then
    select(record)
    if record.existed then call('DEL', record.key) end
    if record.names then call('ZREM', record.names, record.name) end
  end
end

return reply(OK, step)
