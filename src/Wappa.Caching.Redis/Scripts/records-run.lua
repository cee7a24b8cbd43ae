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
  record.is_new = record.dirty and record.fields and not record.known -- a hash made by hand has no metadata, and is in no index
  if record.is_new and record.index ~= '' and now - (tonumber(record.index) or 0) > ANNOUNCED_FOR then
    return reply(UNANNOUNCED, 0)
  end
end

-- Write. The indexes are looked at first: a key of theirs that is none of ours ends the script while every record is as it was. Of a single
-- record its index is written first, which comes to the same.

local lives = {} -- of each index, what names-live.lua calls left

local function index_of(record)
  return record.database .. ' ' .. record.names
end

for _, record in ipairs(records) do
  if record.names and (record.dirty or record.gone) then
    select(record)
    if #records > 1 then call('ZCARD', record.names) end
    local index = index_of(record)
    if not lives[index] and record.fields and (record.is_new or record.ttl) then lives[index] = call('PTTL', record.names) end
  end
end

-- As names-live.lua does.
local function keep_index(record)
  local ttl = record.ttl or record.is_new and (record.remaining < 0 and 'none' or record.remaining)
  if not ttl or not record.names then return end
  local index = index_of(record)
  local left = lives[index]
  if left == -1 then return end
  if left == -2 and not record.is_new then redis.pcall('ZADD', record.names, 0, record.name) end
  if ttl == 'none' then
    if left >= 0 then call('PERSIST', record.names) end
    lives[index] = -1
  elseif left < tonumber(ttl) then
    lives[index] = math.max(ttl + math.min(ttl, 86400000), 1)
    call('PEXPIRE', record.names, string.format('%.0f', lives[index]))
  end
end

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

local touched = false
for _, record in ipairs(records) do
  touched = touched or record.dirty
  if record.is_new and record.names then
    select(record)
    call('ZADD', record.names, 0, record.name)
  end
end
for _, record in ipairs(records) do
  if record.dirty and record.fields then
    select(record)
    write(record)
    keep_index(record)
  elseif record.gone and not record.fields then
    select(record)
    if record.names then call('ZREM', record.names, record.name) end
    if record.existed then call('DEL', record.key) end
  end
end
for _, record in ipairs(records) do
  if record.is_new and record.names then
    select(record)
    trim(record.names)
  end
end

return reply(touched and OK or UNTOUCHED, step)
