-- A program over one or more records: every step, or none. See the README of the package.
--
-- KEYS  of each record: its hash, and its index if that stands beside it
-- ARGV  records, max bytes, operation id or '', microseconds since it was first sent or 0;
--       of each record: database or '', name, '1' to load its fields, index ('' beside it, 'apart', or when it was announced);
--       then the steps: record, code, arguments
-- reply status, step, now; of each record as it was: remaining ms (-1 no expiry, -2 missing), fields and values by turns;
--       of DUPLICATE the number last

local META = '$meta'
local OK, REFUSED, FAILED, STALE, DUPLICATE, UNKNOWN, UNANNOUNCED = 0, 1, 2, 3, 4, 5, 6
local KEPT_OPERATIONS, ANNOUNCED_FOR, LARGEST_REVISION = 8, 30000000, 9000000000000000
local call, find, match, sub, gsub, byte = redis.call, string.find, string.match, string.sub, string.gsub, string.byte

local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]
local max, id, age = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local records, position, database = {}, 4, nil

local function argument()
  position = position + 1
  return ARGV[position]
end

local function select(record)
  if record.database ~= '' and record.database ~= database then
    database = record.database
    call('SELECT', database)
  end
end

local function load(record)
  local flat
  select(record)
  if record.full then
    flat = call('HGETALL', record.key)
  else
    local meta = call('HGET', record.key, META)
    flat = meta and { META, meta } or call('EXISTS', record.key) == 1 and { META, '1' } or {}
  end
  record.before, record.remaining, record.revision, record.operations, record.evicted = flat, -2, 0, '', '0'
  if #flat == 0 then return end
  record.existed, record.fields, record.bound, record.revision = true, {}, 2, 1
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    if field == META then
      local revision, rest = match(value, '^(%d+)(.*)$')
      local evicted, operations = match(rest or '', '^ (%d+)( .+)$')
      record.operations, record.evicted = operations or '', evicted or '0'
      record.revision = tonumber(revision) or 1
      if record.revision < 1 or record.revision > LARGEST_REVISION then record.revision = 1 end
    else
      record.fields[field] = value
      record.bound = record.bound + 6 * #field + #value + 4
    end
  end
  if record.full then record.remaining = call('PTTL', record.key) end
end

local function reply(status, step, number)
  local all = { status, step, now }
  for _, record in ipairs(records) do
    all[#all + 1] = record.remaining
    all[#all + 1] = record.before
  end
  all[#all + 1] = number
  return all
end

-- The length of a name inside JSON: what has to be escaped there takes more than one byte.
local function width(field)
  if byte(field) == 36 then field = sub(field, 2) end
  local length = #field
  if not find(field, '["\\%c\127-\255]') then return length end
  local _, short = gsub(field, '["\\\b\t\n\f\r]', '')
  local _, long = gsub(field, '[%z\1-\7\11\14-\31\127]', '')
  local _, latin = gsub(field, '\194[\128-\159]', '')
  local _, lines = gsub(field, '\226\128[\168\169]', '')
  return length + short + 5 * long + 4 * latin + 3 * lines
end

-- The bound is never below the size of the document, and nearly always says enough.
local function fits(record)
  if record.bound <= max then return true end
  local size, empty = 1, true
  for field, value in pairs(record.fields) do
    size, empty = size + width(field) + #value + 4, false
  end
  record.bound = empty and 2 or size
  return record.bound <= max
end

local function touch(record)
  record.revision = math.max(record.revision + 1, now)
  record.dirty = true
end

local function put(record, field, value)
  record.fields[field] = value
  record.bound = record.bound + 6 * #field + #value + 4
  if not record.changed[field] then
    record.changed[field] = true
    record.order[#record.order + 1] = field
  end
end

local function wipe(record)
  record.fields, record.bound, record.changed, record.order, record.removed, record.wiped = {}, 2, {}, {}, {}, true
end

local function edit(record, ttl, first)
  if record.fields then
    if ttl ~= '' then record.ttl = ttl end
  else
    wipe(record)
    record.ttl = first ~= '' and first or 'none'
  end
end

local function put_all(record)
  for _ = 1, tonumber(argument()) do
    local field, value = argument(), argument()
    put(record, field, value)
  end
end

-- A sum of two integers of 64 bits, each cut in two so that a double holds both halves. Nil: not an integer, or too large.
local function halves(text)
  local sign, digits = match(text, '^(%-?)(%d+)$')
  if not digits or #digits > 19 then return nil end
  local high, low = tonumber(sub(digits, 1, -10)) or 0, tonumber(sub(digits, -9))
  if sign == '-' then high, low = -high, -low end
  return high, low
end

local function within(high, low)
  return (high < 9223372036 or high == 9223372036 and low <= 854775807) and
    (high > -9223372036 or high == -9223372036 and low >= -854775808)
end

local function add(a, b)
  local high, low = halves(a)
  if not high or not within(high, low) then return nil end
  local more_high, more_low = halves(b)
  high, low = high + more_high, low + more_low
  local carry = low >= 1000000000 and 1 or low <= -1000000000 and -1 or 0
  high, low = high + carry, low - carry * 1000000000
  if high > 0 and low < 0 then
    high, low = high - 1, low + 1000000000
  elseif high < 0 and low > 0 then
    high, low = high + 1, low - 1000000000
  end
  if not within(high, low) then return nil end
  if high == 0 then return string.format('%.0f', low + 0 == 0 and 0 or low) end
  return string.format('%.0f%09.0f', high, math.abs(low))
end

-- How many items a list has: without texts and nested values, its commas tell.
local function length_of(list)
  if find(list, '"', 1, true) then
    list = gsub(list, '\\.', '')
    list = gsub(list, '"[^"]*"', '0')
  end
  local inner = gsub(sub(list, 2, -2), '%b{}', '0')
  inner = gsub(inner, '%b[]', '0')
  if not find(inner, '%S') then return 0 end
  local _, commas = gsub(inner, ',', '')
  return commas + 1
end

-- Where the text that opens here is over.
local function after_text(json, at)
  at = at + 1
  while true do
    at = find(json, '["\\]', at)
    if byte(json, at) == 34 then return at + 1 end
    at = at + 2
  end
end

local function after_value(json, at)
  local first = byte(json, at)
  if first == 34 then return after_text(json, at) end
  if first ~= 91 and first ~= 123 then return (find(json, '[,%]%s]', at)) end
  local depth = 0
  while true do
    at = find(json, '["%[%]{}]', at)
    local sign = byte(json, at)
    if sign == 34 then
      at = after_text(json, at)
    else
      depth = depth + ((sign == 91 or sign == 123) and 1 or -1)
      at = at + 1
      if depth == 0 then return at end
    end
  end
end

local function append(list, item, keep)
  local length, from = length_of(list), 2
  if keep > 0 then
    while length >= keep do
      from = find(list, '[^%s,]', after_value(list, find(list, '[^%s,]', from)))
      length = length - 1
    end
  end
  return '[' .. sub(list, from, -2) .. (length > 0 and ',' or '') .. item .. ']', length + 1
end

local function remember(record, number)
  if id == '' then return end
  local operations = string.format('%s %s:%s:%.0f', record.operations, id, number, record.revision)
  local _, count = gsub(operations, ' ', '')
  if count > KEPT_OPERATIONS then
    local evicted, rest = match(operations, '^ [^:]*:[^:]*:(%d+)(.*)$')
    record.evicted, operations = evicted, rest
  end
  record.operations = operations
end

-- The steps. Each reads all of its arguments before it looks at the record.

local steps = {}

function steps.S(record)
  local ttl, size = argument(), tonumber(argument())
  if size > max then return FAILED end
  wipe(record)
  put_all(record)
  record.ttl = ttl ~= '' and ttl or 'none'
  touch(record)
  return OK
end

function steps.M(record)
  local ttl, first, count = argument(), argument(), tonumber(ARGV[position + 1])
  edit(record, ttl, first)
  put_all(record)
  if count > 0 and not fits(record) then return FAILED end
  touch(record)
  remember(record, ARGV[position])
  return OK
end

function steps.I(record)
  local ttl, first, field, by = argument(), argument(), argument(), argument()
  local value = record.fields and record.fields[field]
  local sum = by
  if value and value ~= 'null' then sum = add(value, by) end
  if not sum then return FAILED end
  edit(record, ttl, first)
  put(record, field, sum)
  if not fits(record) then return FAILED end
  touch(record)
  remember(record, sum)
  return OK
end

function steps.A(record)
  local ttl, first, field, item, keep = argument(), argument(), argument(), argument(), tonumber(argument())
  local list, length = record.fields and record.fields[field], 1
  if not list or list == 'null' then
    list = '[' .. item .. ']'
  elseif byte(list) ~= 91 then
    return FAILED
  else
    list, length = append(list, item, keep)
  end
  edit(record, ttl, first)
  put(record, field, list)
  if not fits(record) then return FAILED end
  touch(record)
  remember(record, length)
  return OK
end

function steps.R(record)
  local field = argument()
  if not record.fields or not record.fields[field] then return OK end
  record.fields[field] = nil
  record.removed[field] = true
  if not fits(record) then return FAILED end
  touch(record)
  return OK
end

function steps.D(record)
  record.gone = true
  if not record.fields then return OK end
  wipe(record)
  record.fields, record.ttl = nil, 'none'
  record.dirty = true
  return OK
end

function steps.E(record)
  local ttl = argument()
  if not record.fields then return OK end
  record.ttl = ttl
  touch(record)
  return OK
end

function steps.P(record)
  if not record.fields then return OK end
  record.ttl = 'none'
  touch(record)
  return OK
end

function steps.C(record)
  if record.fields then return REFUSED end
  return steps.S(record)
end

function steps.X(record)
  local revision, ttl, size = tonumber(argument()), argument(), tonumber(argument())
  if not record.fields or record.revision ~= revision then return REFUSED end
  if size > max then return FAILED end
  wipe(record)
  put_all(record)
  if ttl ~= '' then record.ttl = ttl end
  touch(record)
  return OK
end

local function has_revision(record, revision)
  return (record.fields and record.revision or 0) == tonumber(revision)
end

function steps.Q(record)
  return has_revision(record, argument()) and OK or REFUSED
end

function steps.V(record)
  return has_revision(record, argument()) and OK or STALE
end

function steps.F()
  return FAILED
end

-- Load.

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

if age > 0 then
  local record = records[1]
  local at = find(record.operations, ' ' .. id .. ':', 1, true)
  if at then return reply(DUPLICATE, 0, match(record.operations, '([^:]*):', at + #id + 2)) end
  if tonumber(record.evicted) > now - age then return reply(UNKNOWN, 0) end
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
  local meta = string.format('%.0f', record.revision)
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
